package dev.winnow.ingest.http;

import dev.winnow.ingest.FileSequence;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** The files of a tar stream. Directories are passed over; links and devices are refused; nothing is unpacked. */
final class TarFiles implements FileSequence {

    /** The library holds headers whole, and a header may claim to be gigabytes long. */
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private static final int RECORD_BYTES = 512;

    private final Guard guard;
    private final TarArchiveInputStream tar;
    private @Nullable TarArchiveEntry entry;

    TarFiles(InputStream body) {
        guard = new Guard(body);
        tar = new TarArchiveInputStream(guard, StandardCharsets.UTF_8.name());
    }

    @Override
    public boolean advance() throws IOException {
        try {
            do {
                skipRest();
                guard.allow(MAX_HEADER_BYTES);
                entry = tar.getNextEntry();
            } while (entry != null && entry.isDirectory());
            if (entry == null && tar.getBytesRead() < RECORD_BYTES) {
                throw new IOException("it ends within its first record");
            }
            return entry != null;
        } catch (IOException | IllegalArgumentException e) {
            throw explained(e);
        }
    }

    /** A broken archive is the sender's mistake; a broken connection is nobody's, and there is nobody left to tell. */
    private IOException explained(Exception e) {
        return guard.failure != null
                ? guard.failure
                : new MalformedException("expected a tar archive: " + e.getMessage(), e);
    }

    @Override
    public String name() {
        String name = present().getName();
        return name.startsWith("./") ? name.substring(2) : name;
    }

    @Override
    public Optional<String> refusal() {
        TarArchiveEntry file = present();
        if (file.isSymbolicLink() || file.isLink()) {
            return Optional.of("a link");
        }
        if (file.isSparse()) {
            return Optional.of("a sparse file");
        }
        // Not isFile(), to which everything that is no directory is a file.
        return switch (file.getLinkFlag()) {
            case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG -> Optional.empty();
            default -> Optional.of("a device or pipe");
        };
    }

    @Override
    public long sizeBound() {
        return Math.max(0, present().getSize());
    }

    @Override
    public void writeTo(OutputStream sink) throws IOException {
        guard.allow(Long.MAX_VALUE);
        try {
            tar.transferTo(sink);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** Here, where it is not held to the length of a header, rather than within the library's step to the next one. */
    private void skipRest() throws IOException {
        if (entry != null && !entry.isSparse()) {
            guard.allow(Long.MAX_VALUE);
            tar.transferTo(OutputStream.nullOutputStream());
        }
    }

    private TarArchiveEntry present() {
        if (entry == null) {
            throw new IllegalStateException("no present file");
        }
        return entry;
    }

    /** Ends a read that takes more than it was allowed, and knows a broken connection from a broken archive. */
    private static final class Guard extends FilterInputStream {

        private long allowed;
        private @Nullable IOException failure;

        Guard(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            allowed = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (allowed <= 0) {
                throw new IOException("a header of more than " + MAX_HEADER_BYTES + " bytes");
            }
            try {
                int n = in.read(into, offset, length);
                allowed -= Math.max(n, 0);
                return n;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public long skip(long bytes) throws IOException {
            byte[] sink = new byte[(int) Math.clamp(bytes, 0L, 8192L)];
            return Math.max(0, read(sink, 0, sink.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
