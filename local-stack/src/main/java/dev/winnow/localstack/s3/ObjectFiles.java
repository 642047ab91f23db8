package dev.winnow.localstack.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * The bytes of objects, each content in a file of its own that is named by a number, is on the disk before anything
 * names it, and never changes.
 */
final class ObjectFiles {

    private static final int FOLDERS = 256;

    private final Path root;
    private final AtomicLong last;

    /**
     * Content that was written.
     *
     * @param md5 in hexadecimal
     */
    record Written(long file, long size, String md5) {}

    /**
     * Takes the folder and deletes the files that nothing names: what a killed process had begun to write.
     *
     * @param named whether something names the file
     */
    ObjectFiles(Path root, LongPredicate named) throws IOException {
        this.root = root;
        long greatest = 0;
        for (int folder = 0; folder < FOLDERS; folder++) {
            Path parent = Files.createDirectories(root.resolve(String.format("%02x", folder)));
            try (var files = Files.newDirectoryStream(parent)) {
                for (Path path : files) {
                    long file = number(path);
                    greatest = Math.max(greatest, file);
                    if (file > 0 && !named.test(file)) {
                        Files.delete(path);
                    }
                }
            }
        }
        this.last = new AtomicLong(greatest);
    }

    /** The number that names the file; 0 where it is none of ours. */
    private long number(Path path) {
        try {
            long file = Long.parseLong(path.getFileName().toString(), 16);
            return file > 0 && path(file).equals(path) ? file : 0;
        } catch (NumberFormatException foreign) {
            return 0;
        }
    }

    private Path path(long file) {
        return root.resolve(String.format("%02x", file % FOLDERS)).resolve(Long.toHexString(file));
    }

    /** Writes what the stream holds; leaves nothing where that fails. */
    Written write(InputStream content) throws IOException {
        MessageDigest md5 = md5();
        long file = last.incrementAndGet();
        Path path = path(file);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), md5);
            content.transferTo(out);
            channel.force(false);
            syncFolderOf(path);
            return new Written(file, channel.size(), HexFormat.of().formatHex(md5.digest()));
        } catch (IOException | RuntimeException | Error e) {
            delete(file);
            throw e;
        }
    }

    /**
     * Gives the same content another name.
     *
     * @throws NoSuchFileException where the content was replaced or removed since it was looked up
     */
    long link(long file) throws IOException {
        long linked = last.incrementAndGet();
        Path path = path(linked);
        try {
            Files.createLink(path, path(file));
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            // A file system that has none, or has no more for this file.
            try (InputStream content = open(file)) {
                return write(content).file();
            }
        }
        syncFolderOf(path);
        return linked;
    }

    /** Writes the contents one after the other. */
    long concatenate(List<Long> files) throws IOException {
        long file = last.incrementAndGet();
        Path path = path(file);
        try (FileChannel to = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long part : files) {
                try (FileChannel from = open(part, 0)) {
                    long position = 0;
                    long size = from.size();
                    while (position < size) {
                        position += from.transferTo(position, size - position, to);
                    }
                }
            }
            to.force(false);
            syncFolderOf(path);
            return file;
        } catch (IOException | RuntimeException | Error e) {
            delete(file);
            throw e;
        }
    }

    /** @throws NoSuchFileException where the content was replaced or removed since it was looked up */
    FileChannel open(long file, long position) throws IOException {
        return FileChannel.open(path(file), StandardOpenOption.READ).position(position);
    }

    private InputStream open(long file) throws IOException {
        return Channels.newInputStream(open(file, 0));
    }

    /** Deletes a file that nothing names any more; one that cannot be deleted now is deleted at the next start. */
    void delete(long file) {
        try {
            Files.deleteIfExists(path(file));
        } catch (IOException openElsewhere) {
            path(file).toFile().deleteOnExit();
        }
    }

    /** Makes a file's name as lasting as the file: without it a power cut may lose a file that was synced. */
    static void syncFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (java.nio.file.AccessDeniedException windows) {
            // There a folder cannot be opened, and its names are synced with the file.
        }
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
