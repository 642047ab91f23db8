package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.Python;
import dev.winnow.embedding.catalogue.RealPhotos.Photo;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default model in half precision by {@code models/half.py}, added and compared with what it comes from. Skipped where
 * there is no Python with ONNX Runtime, or no photos.
 */
class HalfTest {

    private static final Path DEFAULT = RealPhotos.MODELS.resolve("default/winnow-default.yaml");
    private static final String NAME = "winnow-default-fp16";

    @Test
    void embedsAsTheModelItComesFrom(@TempDir Path work) throws Exception {
        RealPhotos.assumePhotos();
        Python.assumeModules("onnx", "onnxruntime", "yaml");
        Python.run(
                RealPhotos.MODELS.resolve("half.py"),
                work,
                "--manifest",
                DEFAULT.toString(),
                "--images",
                RealPhotos.ROOT.toString(),
                "--out",
                work.toString(),
                "--report",
                "60",
                "--threads",
                "2");
        CommandRun added = CommandRun.of(
                work.resolve("models"),
                "add",
                work.resolve(NAME + ".onnx").toString(),
                "--manifest",
                work.resolve(NAME + ".yaml").toString());
        assertThat(added.exitCode()).as(added.err()).isZero();

        JsonNode report =
                new ObjectMapper().readTree(work.resolve(NAME + ".report.json").toFile());
        List<Photo> photos = RealPhotos.of(8, "Hat", "Leopards", "Pants", "watch");
        List<float[]> floats = embed(DEFAULT, photos);
        List<float[]> halves = embed(work.resolve("models").resolve(NAME).resolve(NAME + ".yaml"), photos);
        double least = 1;
        for (int i = 0; i < photos.size(); i++) {
            least = Math.min(least, RealPhotos.cosine(floats.get(i), halves.get(i)));
        }
        System.out.printf("fp16: least cosine to fp32 %.6f (reported %s)%n", least, report.get("cosine_least"));
        assertThat(least)
                .isLessThan(1 - 1e-9) // it is converted indeed
                .isCloseTo(report.get("cosine_least").doubleValue(), within(0.001))
                .isGreaterThan(0.999);
        assertThat(report.get("overlap_at_10").doubleValue()).isGreaterThan(0.95);
    }

    private static List<float[]> embed(Path manifest, List<Photo> photos) throws Exception {
        try (EmbeddingModel model = EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, 2, 16))) {
            return RealPhotos.embed(model, photos);
        }
    }
}
