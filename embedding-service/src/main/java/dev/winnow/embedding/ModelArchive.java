package dev.winnow.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files of a model in one ZIP file, without folders: the manifest, and what it names. */
final class ModelArchive {

    private ModelArchive() {}

    /** Writes the files beside a manifest, itself among them, to a new temporary file. */
    static Path of(Path manifest) {
        Path folder = manifest.toAbsolutePath().resolveSibling("");
        try (Stream<Path> inside = Files.list(folder)) {
            List<Path> files = inside.filter(Files::isRegularFile).sorted().toList();
            Path archive = Files.createTempFile("winnow-model", ".zip");
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(archive))) {
                // Weights are hardly made smaller by trying hard.
                out.setLevel(Deflater.BEST_SPEED);
                for (Path file : files) {
                    ZipEntry entry = new ZipEntry(file.getFileName().toString());
                    // The same model, the same bytes.
                    entry.setTime(0);
                    out.putNextEntry(entry);
                    Files.copy(file, out);
                    out.closeEntry();
                }
            } catch (IOException e) {
                Files.deleteIfExists(archive);
                throw e;
            }
            return archive;
        } catch (IOException e) {
            throw new UnusableModelException("cannot pack the files of " + manifest, e);
        }
    }
}
