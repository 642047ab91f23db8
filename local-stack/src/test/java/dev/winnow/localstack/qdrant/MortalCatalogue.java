package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/** A catalogue on a folder of its own that is closed and opened again, or dies and is found as it died. */
final class MortalCatalogue implements AutoCloseable {

    private Path folder;
    private Catalogue catalogue;

    MortalCatalogue(Path folder) throws IOException {
        this.folder = folder;
        this.catalogue = Catalogue.open(folder);
    }

    Catalogue get() {
        return catalogue;
    }

    void openAgain() throws IOException {
        catalogue.close();
        catalogue = Catalogue.open(folder);
    }

    /** Goes on with what a process that died now would have left behind. */
    void die() throws IOException {
        leaveBehind();
        catalogue = Catalogue.open(folder);
    }

    /** As {@link #die}, while it wrote the record of a change. */
    void dieWriting(String collection, Random random) throws IOException {
        leaveBehind();
        byte[] record = new byte[16 + 40];
        random.nextBytes(record);
        ByteBuffer.wrap(record).putInt(40);
        Path log = folder.resolve("collections")
                .resolve(collection)
                .resolve("points")
                .resolve("log");
        try (Stream<Path> files = Files.list(log)) {
            Files.write(
                    files.max(Comparator.naturalOrder()).orElseThrow(),
                    Arrays.copyOf(record, 1 + random.nextInt(record.length)),
                    StandardOpenOption.APPEND);
        }
        catalogue = Catalogue.open(folder);
    }

    private void leaveBehind() throws IOException {
        Path before = folder;
        Path after = before.resolveSibling(before.getFileName() + "x");
        Files.walkFileTree(before, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(after.resolve(before.relativize(each)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                try {
                    Files.copy(each, after.resolve(before.relativize(each)));
                } catch (NoSuchFileException merged) {
                    return visitFileFailed(each, merged);
                }
                return FileVisitResult.CONTINUE;
            }

            // A merge goes on meanwhile; no commit knows of what it has deleted.
            @Override
            public FileVisitResult visitFileFailed(Path each, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        catalogue.close();
        delete(before);
        folder = after;
    }

    @Override
    public void close() throws IOException {
        catalogue.close();
        delete(folder);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
