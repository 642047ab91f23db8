package dev.winnow.localstack.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The file all changes are appended to, one line of JSON each. A change has happened once its line is on the disk;
 * there is no other record of it, and so nothing to agree with. Lines of several threads are synced together.
 */
final class ChangeJournal implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader READER =
            JSON.readerFor(Change.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /**
     * In bytes, with the line break. What a request may name comes to less than 1 MB of JSON, so no request is refused
     * for it.
     */
    private static final int LONGEST_LINE = 1 << 24;

    private final FileChannel file;
    private final Consumer<Change> listener;
    private final ReentrantLock syncing = new ReentrantLock();
    private long length;
    private volatile long synced;
    private long lastNumber;
    private volatile @Nullable IOException broken;

    private ChangeJournal(FileChannel file, Consumer<Change> listener, long lastNumber) throws IOException {
        this.file = file;
        this.listener = listener;
        this.length = file.size();
        this.synced = length;
        this.lastNumber = lastNumber;
    }

    /**
     * Reads the file, created where missing. A line cut off at its end, as a kill in the middle of a write leaves it,
     * is cut away: nobody was told that it happened.
     *
     * @throws IOException when a line other than the last cannot be read, or any line is longer than those written
     */
    static void read(Path path, Consumer<Change> reader) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        long whole = 0;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var lines = new LineReader(path, channel);
            byte @Nullable [] line;
            while ((line = lines.next()) != null) {
                Change change;
                try {
                    change = READER.readValue(line);
                } catch (IOException e) {
                    if (lines.next() == null) {
                        break;
                    }
                    throw new IOException(path + " is damaged at byte " + whole, e);
                }
                reader.accept(change);
                whole += line.length + 1;
            }
            if (whole < channel.size()) {
                channel.truncate(whole);
                channel.force(true);
            }
        }
    }

    /** Puts other lines in the file's place, whole or not at all. */
    static void replace(Path path, List<Change> changes) throws IOException {
        Path written = path.resolveSibling(path.getFileName() + ".new");
        try (var out = Files.newBufferedWriter(written)) {
            for (Change change : changes) {
                out.write(line(change));
            }
        }
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        ObjectFiles.syncFolderOf(path);
    }

    /** @param listener is given the changes in their order, each before it is synced */
    static ChangeJournal open(Path path, long lastNumber, Consumer<Change> listener) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        ObjectFiles.syncFolderOf(path);
        return new ChangeJournal(channel, listener, lastNumber);
    }

    /**
     * Appends a change and returns it once it is on the disk.
     *
     * @param change given the number of its line
     */
    <T extends Change> T append(LongFunction<T> change) throws IOException {
        T appended;
        long end;
        synchronized (this) {
            long number = nextNumber();
            appended = change.apply(number);
            ByteBuffer bytes = ByteBuffer.wrap(line(appended).getBytes(StandardCharsets.UTF_8));
            if (bytes.remaining() > LONGEST_LINE) {
                throw new IOException("a line of " + bytes.remaining() + " bytes is too long for the journal");
            }
            try {
                while (bytes.hasRemaining()) {
                    length += file.write(bytes);
                }
            } catch (IOException e) {
                cutBackTo(length - bytes.position());
                throw e;
            }
            end = length;
            listener.accept(appended);
        }
        sync(end);
        return appended;
    }

    /** Returns once everything appended so far is on the disk. */
    void sync() throws IOException {
        long end;
        synchronized (this) {
            end = length;
        }
        sync(end);
    }

    private void sync(long end) throws IOException {
        if (synced >= end) {
            return;
        }
        syncing.lock();
        try {
            if (synced >= end) {
                return;
            }
            if (broken != null) {
                throw new IOException("the journal cannot be written any more", broken);
            }
            long upTo;
            synchronized (this) {
                upTo = length;
            }
            try {
                file.force(false);
            } catch (IOException e) {
                broken = e;
                throw e;
            }
            synced = upTo;
        } finally {
            syncing.unlock();
        }
    }

    private void cutBackTo(long end) {
        try {
            file.truncate(end);
            length = end;
        } catch (IOException e) {
            broken = e;
        }
    }

    private long nextNumber() {
        Instant now = Instant.now();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        lastNumber = Math.max(lastNumber + 1, nanos);
        return lastNumber;
    }

    private static String line(Change change) {
        try {
            return JSON.writerFor(Change.class).writeValueAsString(change) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Splits a file into lines; what follows the last line break is a line only where it is cut off. */
    private static final class LineReader {
        private final Path path;
        private final FileChannel channel;
        private ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();

        LineReader(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        /** The next line without its line break; nothing at the end, before a line that has no line break as well. */
        byte @Nullable [] next() throws IOException {
            int scanned = buffer.position();
            while (true) {
                for (; scanned < buffer.limit(); scanned++) {
                    if (buffer.get(scanned) == '\n') {
                        byte[] line = new byte[scanned - buffer.position()];
                        buffer.get(line);
                        buffer.get();
                        return line;
                    }
                }
                scanned -= buffer.position();
                buffer.compact();
                if (!buffer.hasRemaining()) {
                    if (buffer.capacity() >= LONGEST_LINE) {
                        throw new IOException(path + " is damaged at byte " + (channel.position() - buffer.position())
                                + ": there is no line as long as what begins there");
                    }
                    buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
                }
                int read = channel.read(buffer);
                buffer.flip();
                if (read < 0) {
                    return null;
                }
            }
        }
    }
}
