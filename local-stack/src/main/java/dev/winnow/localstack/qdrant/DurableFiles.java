package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.apache.lucene.util.IOUtils;

/** Files that are there after a power cut once a method returned. */
final class DurableFiles {

    private DurableFiles() {}

    /** Replaces a file as a whole: a reader finds the old content or the new one. */
    static void replace(Path file, byte[] content) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.write(written, content);
        IOUtils.fsync(written, false);
        move(written, file);
    }

    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        IOUtils.fsync(Objects.requireNonNull(to.getParent()), true);
    }
}
