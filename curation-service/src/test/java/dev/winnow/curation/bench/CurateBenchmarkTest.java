package dev.winnow.curation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.curation.bench.Figures.Compared;
import dev.winnow.curation.exports.ExportFormat;
import dev.winnow.curation.vectors.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurateBenchmarkTest {

    @Test
    void measuresEverythingWithoutPython() throws Exception {
        Figures figures = CurateBenchmark.run(Options.parse("--n", "1200", "--d", "16", "--rounds", "1"));
        assertThat(figures.contests())
                .extracting(Compared::name)
                .containsExactly(
                        "neighbours",
                        "k_means",
                        "near_duplicates",
                        "hdbscan",
                        "linear_probe",
                        "k_center",
                        "facility_location");
        assertThat(figures.contests()).allSatisfy(compared -> {
            assertThat(compared.by()).containsOnlyKeys("winnow");
            assertThat(compared.ratios()).isEmpty();
        });
        assertThat(figures.growth()).extracting(Figures.Grown::n).containsExactly(1_200);
        assertThat(figures.exports()).extracting(Figures.Exported::format).containsExactly("coco", "parquet");
    }

    /** Kept whole, these images would be well over 100 MiB. */
    @Test
    void whatAnExportHoldsDoesNotGrowWithTheDataset() throws Exception {
        for (ExportFormat format : List.of(ExportFormat.COCO, ExportFormat.PARQUET, ExportFormat.LABEL_STUDIO)) {
            Figures.Exported export = ExportRow.measure(format, 50_000);
            assertThat(export.mostLiveBytes() - export.leastLiveBytes())
                    .as("%s", export)
                    .isLessThan(48 << 20);
        }
    }

    @Test
    void measuresWhatIsAskedForOnly() throws Exception {
        Figures figures = CurateBenchmark.run(
                Options.parse("--n", "300", "--d", "16", "--rounds", "1", "--only", "k_center,k_means"));
        assertThat(figures.contests()).extracting(Compared::name).containsExactly("k_means", "k_center");
        assertThat(figures.growth()).isEmpty();
        assertThat(figures.exports()).isEmpty();
        Figures exported = CurateBenchmark.run(Options.parse("--n", "300", "--only", "export"));
        assertThat(exported.contests()).isEmpty();
        assertThat(exported.exports()).hasSize(2);
        assertThatThrownBy(() -> CurateBenchmark.run(Options.parse("--n", "300", "--only", "k_medians")))
                .hasMessageContaining("k_medians")
                .hasMessageContaining("k_center");
    }

    @Test
    void vectorsAreTheSameHoweverManyThereAreAndHaveCopiesAmongThem(@TempDir Path folder) throws Exception {
        SyntheticVectors few = new SyntheticVectors(300, 64, 7);
        SyntheticVectors many = new SyntheticVectors(5_000, 64, 7);
        few.write(folder.resolve("few"));
        many.write(folder.resolve("many"));
        Vectors some = few.read(folder.resolve("few"), 300);
        Vectors more = many.read(folder.resolve("many"), 300);
        assertThat(IntStream.range(0, 300)).allMatch(row -> some.get(row)[5] == more.get(row)[5]);
        int[] copies = {0};
        for (int row = 0; row < 300; row++) {
            int self = row;
            copies[0] += IntStream.range(0, row).anyMatch(other -> some.similarity(self, other) > 0.95) ? 1 : 0;
        }
        assertThat(copies[0]).isBetween(5, 30);
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> Options.parse("--n", "many")).hasMessageContaining("--n many");
        assertThatThrownBy(() -> Options.parse("--rounds", "0")).hasMessageContaining("less than 1");
        assertThatThrownBy(() -> Options.parse("--python")).hasMessageContaining("--python needs a value");
        assertThatThrownBy(() -> Options.parse("--quick")).hasMessageContaining("unknown option --quick");
    }
}
