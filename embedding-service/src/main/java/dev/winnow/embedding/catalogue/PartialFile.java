package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The part of a file that has been downloaded so far, and what it is a part of. It stays when the process ends, however
 * that happens, and one process at a time holds it.
 */
final class PartialFile implements AutoCloseable {

    private final Path target;
    private final Path part;
    private final Path origin;
    private final FileChannel channel;

    private PartialFile(Path target, FileChannel channel) {
        this.target = target;
        this.part = part(target);
        this.origin = origin(target);
        this.channel = channel;
    }

    /**
     * Opens what there is of {@code target}, be it nothing.
     *
     * @throws Failure if another process is at it
     */
    static PartialFile open(Path target) throws IOException, Failure {
        FileChannel channel = FileChannel.open(
                part(target), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                channel.position(channel.size());
                return new PartialFile(target, channel);
            }
        } catch (OverlappingFileLockException e) {
            // The same answer as for another process.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new Failure(target.getFileName() + " is being fetched by another process");
    }

    long size() throws IOException {
        return channel.size();
    }

    Path path() {
        return part;
    }

    /** The server's mark of the version of {@code url} that this is a part of, if it gave one. */
    Optional<String> validator(String url) throws IOException {
        if (!Files.exists(origin)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(origin);
        return lines.size() == 2 && lines.get(0).equals(url) && !lines.get(1).isEmpty()
                ? Optional.of(lines.get(1))
                : Optional.empty();
    }

    /** Forgets what there is and begins a file anew. */
    void begin(String url, Optional<String> validator) throws IOException {
        channel.truncate(0);
        channel.position(0);
        Files.write(origin, List.of(url, validator.orElse("")));
    }

    void append(byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Forgets all of it. */
    void discard() throws IOException {
        channel.truncate(0);
        channel.position(0);
        Files.deleteIfExists(origin);
    }

    /** Makes it the whole file, durably. */
    void complete() throws IOException {
        channel.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(origin);
    }

    @Override
    public void close() throws IOException {
        boolean empty = channel.size() == 0;
        channel.close();
        if (empty) {
            Files.deleteIfExists(part);
            Files.deleteIfExists(origin);
        }
    }

    private static Path part(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    private static Path origin(Path target) {
        return target.resolveSibling(target.getFileName() + ".part.origin");
    }
}
