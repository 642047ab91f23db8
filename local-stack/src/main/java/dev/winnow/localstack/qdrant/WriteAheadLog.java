package dev.winnow.localstack.qdrant;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Every change of a collection, written before it is made. A change counts once its whole record is in the file: what a
 * killed process left of an unfinished one is cut off when the log is opened.
 *
 * <p>A record is its length and a CRC-32C of the rest (4 bytes each), its number (8 bytes) and the change. Numbers rise
 * by one. A file is named for the first number it may hold; a checkpoint begins a new one and deletes the older ones.
 */
final class WriteAheadLog implements Closeable {

    /** Makes a change again that may not have reached the index. */
    interface Replay {
        void apply(long number, ByteBuffer change) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(WriteAheadLog.class.getName());
    private static final int HEADER_BYTES = 16;
    private static final int LARGEST_CHANGE_BYTES = 1 << 30;
    private static final String SUFFIX = ".log";

    private final Path folder;
    private final ReentrantLock forcing = new ReentrantLock();
    private FileChannel file;
    private volatile boolean closed;
    private volatile @Nullable IOException broken;
    private volatile long last;
    private volatile long forced;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Opens a folder's log and replays what the index does not have.
     *
     * @param checkpoint the number of the last change the index has
     */
    WriteAheadLog(Path folder, long checkpoint, Replay replay) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.last = checkpoint;
        for (Path each : files()) {
            if (Files.size(each) == 0) {
                Files.delete(each);
            }
        }
        List<Path> files = files();
        for (Path each : files) {
            read(each, checkpoint, replay, each.equals(files.getLast()));
        }
        this.forced = last;
        this.file = create(last + 1);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private FileChannel create(long first) throws IOException {
        Path path = folder.resolve("%016x%s".formatted(first, SUFFIX));
        FileChannel created = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        created.position(created.size());
        IOUtils.fsync(folder, true);
        return created;
    }

    private void read(Path path, long checkpoint, Replay replay, boolean newest) throws IOException {
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = in.size();
            long position = 0;
            while (position < size) {
                ByteBuffer change = record(in, position, size);
                if (change == null) {
                    if (!newest) {
                        throw new IOException("%s is damaged at byte %d, and later changes build on what is lost there"
                                .formatted(path, position));
                    }
                    LOG.warning("Cut off an unfinished change of %d bytes at the end of %s"
                            .formatted(size - position, path));
                    in.truncate(position);
                    in.force(true);
                    break;
                }
                position += HEADER_BYTES + change.remaining() - Long.BYTES;
                bytes.addAndGet(change.remaining());
                long number = change.getLong();
                if (number > checkpoint) {
                    if (number != last + 1) {
                        throw new IOException("%s has change %d where %d is due".formatted(path, number, last + 1));
                    }
                    replay.apply(number, change);
                    last = number;
                }
            }
        }
    }

    /** The number and the change that begin at a position, or nothing where they are not complete. */
    private static @Nullable ByteBuffer record(FileChannel in, long position, long size) throws IOException {
        if (size - position < HEADER_BYTES) {
            return null;
        }
        ByteBuffer header = ByteBuffer.allocate(8);
        fill(in, header, position);
        int length = header.getInt(0);
        if (length < 0 || length > LARGEST_CHANGE_BYTES || length > size - position - HEADER_BYTES) {
            return null;
        }
        ByteBuffer rest = ByteBuffer.allocate(Long.BYTES + length);
        fill(in, rest, position + 8);
        return checksum(rest.duplicate()) == header.getInt(4) ? rest : null;
    }

    private static void fill(FileChannel in, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (in.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file ended while it was read");
            }
        }
        buffer.flip();
    }

    private static int checksum(ByteBuffer numberAndChange) {
        CRC32C crc = new CRC32C();
        crc.update(numberAndChange);
        return (int) crc.getValue();
    }

    /**
     * Writes a change; from then on it survives the death of the process, and after {@link #force} that of the machine.
     * One call at a time.
     *
     * @return its number
     */
    long append(byte[] change) throws IOException {
        refuseIfBroken();
        long number = last + 1;
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + change.length);
        record.putInt(change.length).putInt(0).putLong(number).put(change).flip();
        record.putInt(4, checksum(record.slice(8, Long.BYTES + change.length)));
        long begin = file.position();
        try {
            while (record.hasRemaining()) {
                file.write(record);
            }
        } catch (IOException e) {
            // A full disk: the next record must not stand behind half of this one.
            try {
                file.truncate(begin);
            } catch (IOException left) {
                e.addSuppressed(left);
                broken = e;
            }
            throw e;
        }
        bytes.addAndGet(HEADER_BYTES + change.length);
        last = number;
        return number;
    }

    private void refuseIfBroken() throws IOException {
        if (closed) {
            throw new AlreadyClosedException("the log is closed");
        }
        if (broken != null) {
            throw new IOException("the log takes no more changes until a restart, because: " + broken, broken);
        }
    }

    /** The number of the last change. */
    long last() {
        return last;
    }

    /** How much there is to replay, in bytes. */
    long bytes() {
        return bytes.get();
    }

    /** Returns when the change is on the disk; those who wait at the same time share the wait. */
    void force(long number) throws IOException {
        if (forced >= number) {
            return;
        }
        forcing.lock();
        try {
            refuseIfBroken();
            if (forced < number) {
                long upTo = last;
                try {
                    file.force(false);
                } catch (IOException e) {
                    // What the system has not written it may have forgotten: asking again would not tell.
                    broken = e;
                    throw e;
                }
                forced = upTo;
            }
        } finally {
            forcing.unlock();
        }
    }

    /** Begins a new file. No {@link #append} at the same time. */
    void roll() throws IOException {
        forcing.lock();
        try {
            file.force(false);
            forced = last;
            FileChannel full = file;
            file = create(last + 1);
            full.close();
            bytes.set(0);
        } finally {
            forcing.unlock();
        }
    }

    /** Deletes the files before the present one: the index has all that is in them. */
    void deleteOlder() throws IOException {
        List<Path> files = files();
        for (Path old : files.subList(0, files.size() - 1)) {
            Files.delete(old);
        }
    }

    @Override
    public void close() throws IOException {
        forcing.lock();
        try {
            closed = true;
            file.close();
        } finally {
            forcing.unlock();
        }
    }
}
