package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.Python;
import dev.winnow.embedding.catalogue.RealPhotos.Photo;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default model in 8 bits by {@code models/quantise.py}, added and compared with what it comes from. Skipped where
 * there is no Python with ONNX Runtime, or no photos.
 */
class QuantiseTest {

    private static final Path SCRIPT = RealPhotos.MODELS.resolve("quantise.py");
    private static final Path DEFAULT = RealPhotos.MODELS.resolve("default/winnow-default.yaml");
    private static final String NAME = "winnow-default-int8";

    @TempDir
    static Path work;

    /** Once; before each test, since only tests are reported as skipped. */
    @BeforeEach
    void quantise() throws IOException, InterruptedException {
        RealPhotos.assumePhotos();
        if (Files.exists(work.resolve(NAME + ".yaml"))) {
            return;
        }
        Python.assumeModules("onnx", "onnxruntime", "yaml");
        Path list = RealPhotos.list(
                work.resolve("photos.csv"), RealPhotos.of(32, "Dress", "Faces", "Motorbikes", "Shoes", "airplanes"));
        Python.run(
                SCRIPT,
                work,
                "--manifest",
                DEFAULT.toString(),
                "--labels",
                list.toString(),
                "--root",
                RealPhotos.ROOT.toString(),
                "--out",
                work.toString(),
                "--calibrate",
                "32",
                "--choose",
                "48",
                "--report",
                "80",
                "--methods",
                "percentile-99.99",
                "--threads",
                "2");
    }

    @Test
    void staysCloseToTheModelItComesFrom() throws Exception {
        Path made = work.resolve(NAME + ".onnx");
        CommandRun added = CommandRun.of(
                work.resolve("models"),
                "add",
                made.toString(),
                "--manifest",
                work.resolve(NAME + ".yaml").toString());
        assertThat(added.exitCode()).as(added.err()).isZero();

        JsonNode report =
                new ObjectMapper().readTree(work.resolve(NAME + ".report.json").toFile());
        double reported = report.get("overlap_at_10").doubleValue();
        assertThat(report.get("recommended").booleanValue()).isEqualTo(reported >= CatalogueEntry.Int8.RECOMMENDED);
        // Classes that took no part in calibrating or choosing.
        List<Photo> others = RealPhotos.of(16, "Hat", "Leopards", "Pants", "T-Shirt", "watch");
        List<float[]> floats = embed(DEFAULT, others);
        List<float[]> bytes = embed(work.resolve("models").resolve(NAME).resolve(NAME + ".yaml"), others);
        double cosine = IntStream.range(0, others.size())
                .mapToDouble(i -> RealPhotos.cosine(floats.get(i), bytes.get(i)))
                .average()
                .orElseThrow();
        double overlap = RealPhotos.overlap10(floats, bytes);
        System.out.printf(
                "INT8: cosine to fp32 %.4f (reported %s), overlap@10 %.3f (reported %.3f)%n",
                cosine, report.get("cosine_mean"), overlap, reported);
        assertThat(cosine)
                .isLessThan(1 - 1e-6) // it is quantised indeed
                .isCloseTo(report.get("cosine_mean").doubleValue(), within(0.01));
        assertThat(overlap).isCloseTo(reported, within(0.1)).isGreaterThan(0.8);
    }

    private static List<float[]> embed(Path manifest, List<Photo> photos) throws Exception {
        assertThat(ModelManifest.read(manifest).feature().dimension()).isEqualTo(256);
        try (EmbeddingModel model = EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, 2, 16))) {
            return RealPhotos.embed(model, photos);
        }
    }
}
