package dev.winnow.cli.demo;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of images.
 *
 * @param root the folder
 * @param files its image files at any depth, sorted, relative to it
 */
record ImageFolder(Path root, List<Path> files) {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");

    /** @throws Failure if there is no such folder, or no image in it */
    static ImageFolder open(Path path) throws Failure {
        Path root = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) {
            throw new Failure(root + (Files.exists(root) ? " is not a folder" : " does not exist"));
        }
        try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = walk.filter(file -> isImageName(file) && Files.isRegularFile(file))
                    .map(root::relativize)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new Failure("no images in " + root + ": looked for "
                        + String.join(", ", EXTENSIONS.stream().sorted().toList()));
            }
            return new ImageFolder(root, files);
        } catch (IOException | UncheckedIOException e) {
            throw new Failure("cannot read " + root + ": " + e.getMessage(), e);
        }
    }

    /** The folder's name as a dataset may be called: lower case, other characters as hyphens. */
    String datasetName() {
        Path name = root.getFileName();
        String clean = (name == null ? "" : name.toString())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
        String cut = clean.substring(0, Math.min(63, clean.length()));
        return cut.isEmpty() ? "images" : cut;
    }

    /** The path of a file within its dataset. */
    static String pathOf(Path file) {
        return Stream.iterate(0, i -> i < file.getNameCount(), i -> i + 1)
                .map(i -> file.getName(i).toString())
                .collect(Collectors.joining("/"));
    }

    /**
     * The content of a {@code labels.csv} in the folder, or in its parent. One that lies in the parent and speaks of
     * {@code folder/image.jpg} is cut down to the rows of this folder.
     */
    Optional<String> labels() throws IOException {
        Path own = root.resolve("labels.csv");
        if (Files.isRegularFile(own)) {
            return Optional.of(Files.readString(own, StandardCharsets.UTF_8));
        }
        Path parents = root.resolveSibling("labels.csv");
        if (!Files.isRegularFile(parents)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(parents, StandardCharsets.UTF_8);
        String prefix = root.getFileName() + "/";
        List<String> ours = lines.stream()
                .filter(line -> line.startsWith(prefix) || line.startsWith('"' + prefix))
                .map(line -> line.startsWith("\"")
                        ? '"' + line.substring(prefix.length() + 1)
                        : line.substring(prefix.length()))
                .toList();
        return Optional.of(
                ours.isEmpty() ? String.join("\n", lines) : lines.getFirst() + "\n" + String.join("\n", ours) + "\n");
    }

    private static boolean isImageName(Path file) {
        String name = file.getFileName().toString();
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
