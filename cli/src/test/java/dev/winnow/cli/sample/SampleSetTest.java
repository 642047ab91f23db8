package dev.winnow.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSetTest {

    @Test
    void isWhatItSaysItIs(@TempDir Path folder) throws IOException {
        SampleSet.Truth truth = SampleSet.write(folder);

        assertThat(SampleSet.Truth.read(folder.resolve("truth.json"))).isEqualTo(truth);
        assertThat(truth.images())
                .hasSizeGreaterThanOrEqualTo(400)
                .extracting(SampleSet.Labelled::path)
                .doesNotHaveDuplicates();
        for (SampleSet.Labelled image : truth.images()) {
            byte[] file = Files.readAllBytes(folder.resolve(image.path()));
            assertThat(ImageHeader.inspect(file, ImageLimits.DEFAULT))
                    .as(image.path())
                    .isInstanceOf(ImageHeader.class);
        }
        Map<String, Long> classes = truth.images().stream()
                .filter(image -> image.label() != null)
                .collect(Collectors.groupingBy(image -> String.valueOf(image.label()), Collectors.counting()));
        assertThat(classes).hasSizeGreaterThanOrEqualTo(8);
        assertThat(classes.values().stream().mapToLong(n -> n).max().orElseThrow())
                .isGreaterThan(
                        5 * classes.values().stream().mapToLong(n -> n).min().orElseThrow());
        assertThat(Files.readAllLines(folder.resolve("labels.csv")))
                .hasSize(1 + (int) classes.values().stream().mapToLong(n -> n).sum())
                .startsWith("path,label");
        assertThat(truth.outliers()).hasSizeGreaterThanOrEqualTo(6);

        // The only equal files are the planted ones.
        Map<String, Set<String>> byContent = truth.images().stream()
                .collect(Collectors.groupingBy(
                        image -> content(folder.resolve(image.path())),
                        Collectors.mapping(SampleSet.Labelled::path, Collectors.toSet())));
        assertThat(byContent.values().stream().filter(group -> group.size() > 1).collect(Collectors.toSet()))
                .isEqualTo(truth.exactDuplicates().stream().map(HashSet::new).collect(Collectors.toSet()));
        assertThat(truth.exactDuplicates().stream()
                        .mapToInt(group -> group.size() - 1)
                        .sum())
                .isGreaterThanOrEqualTo(12);
        assertThat(truth.nearDuplicates().stream().flatMap(Collection::stream)).doesNotHaveDuplicates();
        assertThat(truth.nearDuplicates()).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void drawsTheSameAgain() {
        List<Integer> first = hashes();
        assertThat(hashes()).isEqualTo(first).doesNotHaveDuplicates();
    }

    private static List<Integer> hashes() {
        return Arrays.stream(Scene.values())
                .flatMap(scene -> java.util.stream.Stream.of(scene.paint(1), scene.paint(2)))
                .map(image -> Arrays.hashCode(
                        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())))
                .toList();
    }

    private static String content(Path file) {
        try {
            return Arrays.toString(Files.readAllBytes(file)).hashCode() + "-" + Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
