package dev.winnow.curation.objects;

import dev.winnow.curation.InvalidParameterException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of an archive, a zip, a tar or a gzipped tar, one after the other as they arrive; nothing is unpacked. An archive
 * is a stranger's: how many files it has, how long their names are and what they come to unpacked is bounded.
 */
final class ArchiveFiles {

    private static final int MOST_FILES = 2_000_000;
    private static final int LONGEST_NAME = 2_000;

    /** Unpacked: a body may be of any length, and packed bytes come to a thousand times as many. */
    private static final long MOST_BYTES = 4L << 30;

    /** What stands between two files of a tar: the library holds it whole, and it may claim to be gigabytes long. */
    private static final long MOST_HEADER_BYTES = 1 << 20;

    private ArchiveFiles() {}

    /** What is done with each file. */
    interface Visitor {
        /** @param content valid until this returns, and need not be read */
        void file(String name, Content content) throws IOException;
    }

    /** What a file holds. */
    interface Content {
        /** @return null if it is more than {@code limit} bytes */
        byte @Nullable [] bytes(int limit) throws IOException;
    }

    /**
     * Hands over each file. Links, devices and folders are passed over.
     *
     * @throws InvalidParameterException if it is no archive, or beyond the bounds
     */
    static void forEach(InputStream body, Visitor visitor) throws IOException {
        Guard guard = new Guard(body);
        try {
            BufferedInputStream in = new BufferedInputStream(guard);
            byte[] magic = peek(in, 4);
            if (magic[0] == 'P' && magic[1] == 'K') {
                zip(new ZipInputStream(in, StandardCharsets.UTF_8), visitor);
            } else if ((magic[0] & 0xFF) == 0x1F && (magic[1] & 0xFF) == 0x8B) {
                tar(new GZIPInputStream(in), visitor);
            } else {
                tar(in, visitor);
            }
        } catch (IOException | IllegalArgumentException e) {
            if (guard.failure != null) {
                // A broken connection is nobody's mistake, and there is nobody left to tell.
                throw guard.failure;
            }
            throw new InvalidParameterException("body", "expected a zip, a tar or a gzipped tar: " + e.getMessage());
        }
    }

    /** The first bytes, 0 where there are none. */
    static byte[] peek(BufferedInputStream in, int count) throws IOException {
        in.mark(count);
        byte[] first = new byte[count];
        in.readNBytes(first, 0, count);
        in.reset();
        return first;
    }

    private static void zip(ZipInputStream zip, Visitor visitor) throws IOException {
        Files files = new Files(new Bounded(zip, MOST_BYTES), visitor);
        boolean any = false;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            any = true;
            files.visit(entry.getName(), !entry.isDirectory());
        }
        if (!any) {
            throw new IOException("no file in it");
        }
    }

    private static void tar(InputStream in, Visitor visitor) throws IOException {
        Bounded between = new Bounded(in, MOST_BYTES);
        TarArchiveInputStream tar = new TarArchiveInputStream(between, StandardCharsets.UTF_8.name());
        Files files = new Files(new Bounded(tar, MOST_BYTES), visitor);
        boolean any = false;
        while (true) {
            long total = between.left;
            between.left = Math.min(total, MOST_HEADER_BYTES);
            long allowed = between.left;
            TarArchiveEntry entry = tar.getNextEntry();
            between.left = total - (allowed - between.left);
            if (entry == null) {
                break;
            }
            any = true;
            files.visit(
                    entry.getName(), entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !entry.isSparse());
        }
        if (!any) {
            throw new IOException("no file in it");
        }
    }

    /** Counts files, and hands over those that are any. */
    private static final class Files {
        private final Bounded content;
        private final Visitor visitor;
        private int count;

        Files(Bounded content, Visitor visitor) {
            this.content = content;
            this.visitor = visitor;
        }

        void visit(String entry, boolean isFile) throws IOException {
            if (++count > MOST_FILES) {
                throw new IOException("more than " + MOST_FILES + " files");
            }
            if (entry.length() > LONGEST_NAME) {
                throw new IOException("a name of more than " + LONGEST_NAME + " characters");
            }
            String name = entry.startsWith("./") ? entry.substring(2) : entry;
            // Apple's archives have a shadow of each file.
            if (isFile
                    && !name.startsWith("__MACOSX/")
                    && !name.substring(name.lastIndexOf('/') + 1).startsWith("._")) {
                visitor.file(name, limit -> {
                    byte[] bytes = content.readNBytes(limit + 1);
                    return bytes.length > limit ? null : bytes;
                });
            }
            // Here, where it is counted, rather than within the library's step to the next one.
            content.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Ends when it has given as much as it may. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("more unpacked than is taken, " + MOST_BYTES + " bytes in all");
            }
            int count = in.read(into, offset, length);
            left -= Math.max(0, count);
            return count;
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

    /** Knows a broken connection from a broken archive. */
    private static final class Guard extends FilterInputStream {
        private @Nullable IOException failure;

        Guard(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
