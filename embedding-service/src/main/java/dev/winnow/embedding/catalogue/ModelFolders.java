package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.ModelManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The models that are there: the one that comes with the repository, and those added, each in a folder of its name with
 * {@code NAME.yaml} and what that names. A folder appears with all that belongs to it or not at all.
 *
 * @param folder of the added models; made when the first is
 * @param catalogue folder of the catalogue's files, {@code models} of the repository
 */
record ModelFolders(Path folder, Path catalogue) {

    static final String DEFAULT = "winnow-default";

    private static final String UNFINISHED = ".unfinished-";
    private static final String REPLACED = ".replaced-";

    /** The manifest of a model, if it is there. */
    Optional<Path> manifest(String name) {
        if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
            return Optional.empty();
        }
        Path file = name.equals(DEFAULT)
                ? catalogue.resolve("default").resolve(DEFAULT + ".yaml")
                : folder.resolve(name).resolve(name + ".yaml");
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** The names of all models that are there, the default one first. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of(DEFAULT);
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return Stream.concat(
                            Stream.of(DEFAULT),
                            folders.map(path -> path.getFileName().toString())
                                    .filter(name -> !name.equals(DEFAULT)
                                            && manifest(name).isPresent())
                                    .sorted())
                    .toList();
        }
    }

    /** The catalogue, by name. */
    TreeMap<String, CatalogueEntry> entries() throws IOException, Failure {
        TreeMap<String, CatalogueEntry> entries = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> list = Files.list(catalogue)) {
            files = list.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
        for (Path file : files) {
            CatalogueEntry entry = CatalogueEntry.read(file);
            entries.put(entry.name(), entry);
        }
        return entries;
    }

    /** Where files of a network are downloaded to. */
    Path downloads(String name) throws IOException {
        return Files.createDirectories(folder.resolve(".downloads").resolve(name));
    }

    /** Removes the folder of downloads if nothing is left in it to go on from. */
    void tidyDownloads(String name) throws IOException {
        try {
            Files.deleteIfExists(folder.resolve(".downloads").resolve(name));
            Files.deleteIfExists(folder.resolve(".downloads"));
        } catch (DirectoryNotEmptyException e) {
            // A part of a file: the next fetch goes on from there.
        }
    }

    /** An empty folder beside the models, in which one is made. */
    Path unfinished(String name) throws IOException {
        Files.createDirectories(folder);
        removeLeftovers();
        return Files.createTempDirectory(folder, UNFINISHED + name + "-");
    }

    /**
     * Puts a finished model in its place.
     *
     * @throws Failure if there is one of this name, and it is not to be replaced
     */
    void install(Path unfinished, String name, boolean replace) throws IOException, Failure {
        try (FileChannel channel =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Given back when the channel is closed.
            var unused = channel.lock();
            Path place = folder.resolve(name);
            requireFree(name, replace);
            if (Files.exists(place)) {
                Path old = Files.createTempDirectory(folder, REPLACED + name + "-");
                Files.move(place, old.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
                delete(old);
            } else {
                Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** @throws Failure if a model has this name, and it is not to be replaced */
    void requireFree(String name, boolean replace) throws Failure {
        if (name.equals(DEFAULT)) {
            throw Failure.usage(DEFAULT + " comes with Winnow and cannot be replaced; choose another name with --name");
        }
        if (!replace && manifest(name).isPresent()) {
            throw new Failure(
                    "there is a model " + name + " already; --replace replaces it, --name gives another name");
        }
    }

    /** Removes a folder and everything in it. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // Gone already, or someone else is at it.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    /** What killed runs left: anything unfinished that has not been touched for an hour. */
    private void removeLeftovers() throws IOException {
        List<Path> old;
        long limit = System.currentTimeMillis() - 3_600_000;
        try (Stream<Path> folders = Files.list(folder)) {
            old = folders.filter(path -> {
                        String name = path.getFileName().toString();
                        return (name.startsWith(UNFINISHED) || name.startsWith(REPLACED))
                                && path.toFile().lastModified() < limit;
                    })
                    .toList();
        }
        old.forEach(ModelFolders::delete);
    }

    /** Reads the manifest of a model that is there. */
    static ModelManifest read(Path manifest) {
        return ModelManifest.read(manifest);
    }
}
