package dev.winnow.localstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder everything is kept in, held by one process at a time. */
final class DataFolder implements AutoCloseable {

    /** Room a start needs at the very least: Kafka's log and index files. */
    private static final long LEAST_FREE_BYTES = 64L << 20;

    private final Path root;
    private final FileChannel lockFile;

    private DataFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Creates the folder where it is missing and takes it.
     *
     * @throws StartException when it cannot be written, is full, or another process holds it
     */
    static DataFolder open(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StartException("another local stack is running on " + root);
            }
            long free = Files.getFileStore(root).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                channel.close();
                throw new StartException("no room in " + root + ": " + (free >> 20) + " MB free, at least "
                        + (LEAST_FREE_BYTES >> 20) + " MB needed");
            }
            return new DataFolder(root, channel);
        } catch (FileSystemException e) {
            throw new StartException(
                    "cannot write to " + root + ": " + (e.getReason() == null ? e.toString() : e.getReason()), e);
        } catch (IOException e) {
            throw new StartException("cannot write to " + root + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    /** A sub-folder, created where missing. */
    Path folder(String name) {
        Path folder = root.resolve(name);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartException("cannot write to " + folder + ": " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
