package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue's files: all can be read, and say what their publishers say. */
class CatalogueTest {

    private static final Path CATALOGUE =
            Path.of(System.getProperty("suite.root")).resolve("models");

    @TempDir
    Path folder;

    @Test
    void hasEveryStandardNetwork() throws Exception {
        assertThat(new ModelFolders(folder, CATALOGUE).entries().keySet())
                .containsExactly(
                        "clip-vit-b-32",
                        "dinov2-small",
                        "dinov2-small-int8",
                        "efficientnet-b0",
                        "efficientnet-lite4",
                        "inception-v3",
                        "mobilenetv2",
                        "resnet50",
                        "resnet50-v2",
                        "squeezenet",
                        "vgg16");
    }

    @Test
    void knowsTheHashOfEveryFileAndWhereElseItIs() throws Exception {
        for (CatalogueEntry entry :
                new ModelFolders(folder, CATALOGUE).entries().values()) {
            assertThat(entry.download()).as(entry.name()).allSatisfy(file -> {
                assertThat(file.expectedSha256()).isPresent();
                assertThat(file.expectedBytes()).isPresent();
                assertThat(file.sources()).allMatch(source -> "https".equals(source.getScheme()));
            });
        }
    }

    @Test
    void recommendsOnlyTheInt8VariantsThatKeepTheirNeighbours() throws Exception {
        Map<String, CatalogueEntry> entries = new ModelFolders(folder, CATALOGUE).entries();
        int variants = 0;
        for (CatalogueEntry entry : entries.values()) {
            String file = entry.network().url() + entry.name();
            // Nobody can list one without saying so.
            assertThat(entry.int8() != null)
                    .as(entry.name())
                    .isEqualTo(file.contains("int8") || file.contains("quantized") || file.contains("qdq"));
            if (entry.int8() != null) {
                variants++;
                assertThat(entries.get(entry.int8().of())).isNotNull();
                assertThat(entry.int8().words()).startsWith(entry.int8().isRecommended() ? "recommended" : "not ");
            }
        }
        assertThat(variants).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, not recommended: INT8",
                "0.949, not recommended: INT8",
                "0.95, recommended: INT8",
                "1, recommended: INT8",
            })
    void takesAnInt8VariantByItsOverlap(@Nullable Double overlap, String words) throws Exception {
        String measured = overlap == null ? "" : ", overlap_at_10: " + overlap;
        String sound = Files.readString(CATALOGUE.resolve("dinov2-small-int8.yaml"));
        assertThat(sound).contains("{of: dinov2-small}");
        Path file = Files.writeString(
                folder.resolve("dinov2-small-int8.yaml"),
                sound.replace("{of: dinov2-small}", "{of: dinov2-small" + measured + "}"));
        assertThat(Objects.requireNonNull(CatalogueEntry.read(file).int8()).words())
                .startsWith(words);
    }

    @ParameterizedTest
    @CsvSource({
        "vgg16, 4096, 256, 224",
        "resnet50, 2048, 256, 224",
        "inception-v3, 2048, 341, 299",
        "efficientnet-b0, 1280, 256, 224",
        "dinov2-small, 384, 256, 224",
        "clip-vit-b-32, 512, 224, 224",
    })
    void preprocessesAsPublished(String name, int dimension, int shortSide, int crop) throws Exception {
        CatalogueEntry entry = CatalogueEntry.read(CATALOGUE.resolve(name + ".yaml"));
        assertThat(entry.feature().dimension()).isEqualTo(dimension);
        assertThat(entry.preset().words())
                .startsWith("short side " + shortSide + " ")
                .contains("crop " + crop + " × " + crop);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dimension: 384 | dimensions: 384 | feature.dimension",
                "scale: 0.00392156862745098 | | scale: expected a value",
                "pooling: cls | pooling: most | most",
                "bytes: 88459888 | bytes: -1 | download.bytes",
                "name: dinov2-small | name: other | the file's name",
                "feature: | 'int8: {of: dinov2-small, overlap_at_10: 95}\nfeature:' | int8.overlap_at_10",
                "feature: | 'int8: {overlap_at_10: 0.9}\nfeature:' | int8.of",
                "sha256: 8 | sha256: 8x | download.sha256",
            })
    void refusesWhatIsNoEntry(String from, String to, String because) throws IOException {
        String sound = Files.readString(CATALOGUE.resolve("dinov2-small.yaml"));
        assertThat(sound).contains(from);
        Path file =
                Files.writeString(folder.resolve("dinov2-small.yaml"), sound.replaceFirst(from, to == null ? "" : to));
        assertThatThrownBy(() -> CatalogueEntry.read(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(because);
    }
}
