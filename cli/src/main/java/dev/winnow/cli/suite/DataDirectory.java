package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder that holds everything a suite keeps. One suite owns it at a time; the operating system holds that lock. */
final class DataDirectory implements AutoCloseable {

    /** Less free space than this, and the servers would soon stop in the middle of something. */
    static final long MIN_FREE_BYTES = 500_000_000;

    private static final String LOCK = "suite.lock";

    private final Path path;
    private final FileChannel channel;
    private final boolean temporary;

    private DataDirectory(Path path, FileChannel channel, boolean temporary) {
        this.path = path;
        this.channel = channel;
        this.temporary = temporary;
    }

    /**
     * Makes the folder where it is missing, checks that it can hold data, and locks it.
     *
     * @throws Failure if it cannot be used, or another suite is using it
     */
    static DataDirectory claim(Path path, boolean temporary) throws Failure {
        Path folder = path.toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new Failure(folder + " is not a folder");
        }
        FileChannel channel;
        try {
            Files.createDirectories(folder.resolve("logs"));
            channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new Failure("cannot write to " + folder + " (" + why(e) + ")", e);
        }
        try {
            requireSpace(folder);
            if (lock(channel) == null) {
                throw new Failure(folder + " is in use by another suite (process " + owner(channel) + ")");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new DataDirectory(folder, channel, temporary);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new Failure("cannot lock " + folder + " (" + why(e) + ")", e);
        } catch (Failure e) {
            closeQuietly(channel);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    Path log(String name) {
        return path.resolve("logs").resolve(name + ".log");
    }

    /** Gives the folder back, and removes it if it was only made for this run. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path.resolve(Endpoints.FILE));
            channel.close();
            if (temporary) {
                ScratchFolder.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give back " + path, e);
        }
    }

    private static void requireSpace(Path folder) throws IOException, Failure {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < MIN_FREE_BYTES) {
            throw new Failure("only " + free / 1_000_000 + " MB are free at " + folder + ", "
                    + MIN_FREE_BYTES / 1_000_000 + " MB are needed");
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.UTF_8).strip();
    }

    private static String why(IOException e) {
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the lock file", e);
        }
    }
}
