package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {

    private static final int SIDE = 4;

    @TempDir
    Path folder;

    /** Says what it sees: the input, averaged over the picture, converted to {@code output}. */
    private Path means(ElementType input, ElementType output, long... shape) throws IOException {
        return TestNetwork.of("image", input, shape)
                .node("Cast", "real", List.of("image"), TestNetwork.integer("to", 1))
                .node("GlobalAveragePool", "mean", "real")
                .node("Flatten", "flat", "mean")
                .node("Cast", "embedding", List.of("flat"), TestNetwork.integer("to", output.code()))
                .output("embedding", output)
                .write(folder.resolve("means.onnx"));
    }

    private static OnnxModel open(Path file, int batch, Long... pictureShape) throws Exception {
        return OnnxModel.open(
                file,
                new OnnxModel.Tensors("image", List.of(pictureShape), "embedding", 3),
                InferenceOptions.of(ExecutionProvider.CPU, 1, batch));
    }

    /** Whole numbers 0 to 255, so that every type can hold them. */
    private static List<float[]> pictures(int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] picture = new float[3 * SIDE * SIDE];
            for (int at = 0; at < picture.length; at++) {
                picture[at] = random.nextInt(0, 256);
            }
            pictures.add(picture);
        }
        return pictures;
    }

    private static void assertMeans(List<float[]> features, List<float[]> pictures, double tolerance) {
        assertThat(features).hasSameSizeAs(pictures);
        for (int i = 0; i < pictures.size(); i++) {
            for (int channel = 0; channel < 3; channel++) {
                double sum = 0;
                for (int at = 0; at < SIDE * SIDE; at++) {
                    sum += pictures.get(i)[channel * SIDE * SIDE + at];
                }
                assertThat((double) features.get(i)[channel]).isCloseTo(sum / SIDE / SIDE, within(tolerance));
            }
        }
    }

    /** A query may have a session of its own, with more threads: it says the same, also where the batch is fixed. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 3})
    void answersAQueryAsItAnswersTheStream(long batch) throws Exception {
        Path file = means(ElementType.FLOAT, ElementType.FLOAT, batch, 3, SIDE, SIDE);
        List<float[]> pictures = pictures(4);
        try (OnnxModel model = OnnxModel.open(
                file,
                new OnnxModel.Tensors("image", List.of(3L, (long) SIDE, (long) SIDE), "embedding", 3),
                new InferenceOptions(ExecutionProvider.CPU, 1, 2, OptionalInt.empty(), CudaOptions.DEFAULT))) {
            assertMeans(model.run(pictures), pictures, 1e-4);
            for (float[] picture : pictures) {
                assertMeans(List.of(model.runNow(picture)), List.of(picture), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "FLOAT16", "DOUBLE", "UINT8"})
    void takesPicturesInEveryType(ElementType type) throws Exception {
        List<float[]> pictures = pictures(5);
        try (OnnxModel model = open(means(type, ElementType.FLOAT, -1, 3, SIDE, SIDE), 2, 3L, 4L, 4L)) {
            assertMeans(model.run(pictures), pictures, 1e-3);
        }
    }

    @Test
    void takesSignedBytes() throws Exception {
        List<float[]> pictures = pictures(2);
        pictures.forEach(picture -> {
            for (int i = 0; i < picture.length; i++) {
                picture[i] -= 128;
            }
        });
        try (OnnxModel model = open(means(ElementType.INT8, ElementType.FLOAT, -1, 3, SIDE, SIDE), 2, 3L, 4L, 4L)) {
            assertMeans(model.run(pictures), pictures, 1e-3);
        }
    }

    @Test
    void roundsToWholeNumbersAndKeepsToTheirRange() throws Exception {
        float[] picture = new float[3 * SIDE * SIDE];
        Arrays.fill(picture, 0, 16, 99.6f);
        Arrays.fill(picture, 16, 32, 300);
        Arrays.fill(picture, 32, 48, -7);
        try (OnnxModel model = open(means(ElementType.UINT8, ElementType.FLOAT, -1, 3, SIDE, SIDE), 1, 3L, 4L, 4L)) {
            assertThat(model.run(List.of(picture)).getFirst()).containsExactly(100, 255, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-3", "FLOAT16, 0.1", "DOUBLE, 1e-3"})
    void givesFloatsFromEveryType(ElementType type, double tolerance) throws Exception {
        List<float[]> pictures = pictures(3);
        try (OnnxModel model = open(means(ElementType.FLOAT, type, -1, 3, SIDE, SIDE), 4, 3L, 4L, 4L)) {
            assertMeans(model.run(pictures), pictures, tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "3, 8", "3, 2", "7, 1"})
    void fillsAFixedBatchUp(int fixed, int wanted) throws Exception {
        List<float[]> pictures = pictures(7);
        Path file = means(ElementType.FLOAT, ElementType.FLOAT, fixed, 3, SIDE, SIDE);
        try (OnnxModel model = open(file, wanted, 3L, 4L, 4L)) {
            assertMeans(model.run(pictures), pictures, 1e-3);
            assertMeans(model.run(pictures.subList(0, 1)), pictures.subList(0, 1), 1e-3);
            assertThat(model.run(List.of())).isEmpty();
        }
    }

    @Test
    void takesChannelsLastAndSidesOfAnyLength() throws Exception {
        Path file = TestNetwork.of("image", ElementType.FLOAT, -1, -1, -1, 3)
                .node("Transpose", "first", List.of("image"), TestNetwork.integers("perm", 0, 3, 1, 2))
                .node("GlobalAveragePool", "embedding", "first")
                .output("embedding", ElementType.FLOAT, -1, 3, 1, 1)
                .write(folder.resolve("nhwc.onnx"));
        float[] picture = new float[3 * SIDE * SIDE];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = i % 3;
        }
        try (OnnxModel model = open(file, 2, 4L, 4L, 3L)) {
            assertThat(model.run(List.of(picture, picture)))
                    .allSatisfy(feature -> assertThat(feature).containsExactly(0, 1, 2));
        }
    }

    @Test
    void saysWhatTheManifestSaysAndWhatTheFileHas() throws Exception {
        Path file = means(ElementType.FLOAT, ElementType.FLOAT, -1, 3, SIDE, SIDE);
        assertThatThrownBy(() -> open(file, 1, 3L, 8L, 8L))
                .hasMessageContaining("'image' is float[-1, 3, 4, 4]")
                .hasMessageContaining("[3, 8, 8]");
        Path text = TestNetwork.of("image", ElementType.INT64, -1, 77)
                .node("Cast", "embedding", List.of("image"), TestNetwork.integer("to", 1))
                .output("embedding", ElementType.FLOAT)
                .write(folder.resolve("text.onnx"));
        assertThatThrownBy(() -> open(text, 1, 3L, 4L, 4L)).hasMessageContaining("'image' is int64[-1, 77]");
        Path decision = means(ElementType.FLOAT, ElementType.INT64, -1, 3, SIDE, SIDE);
        assertThatThrownBy(() -> open(decision, 1, 3L, 4L, 4L)).hasMessageContaining("'embedding' is int64");
        Path map = TestNetwork.of("image", ElementType.FLOAT, -1, 3, SIDE, SIDE)
                .node("Relu", "embedding", "image")
                .output("embedding", ElementType.FLOAT, -1, 3, SIDE, SIDE)
                .write(folder.resolve("map.onnx"));
        assertThatThrownBy(() -> open(map, 1, 3L, 4L, 4L)).hasMessageContaining("[-1, 3, 4, 4]");
        Path two = TestNetwork.of("image", ElementType.FLOAT, -1, 3, SIDE, SIDE)
                .input("more", ElementType.FLOAT, -1, 3, SIDE, SIDE)
                .node("Add", "sum", "image", "more")
                .node("GlobalAveragePool", "embedding", "sum")
                .output("embedding", ElementType.FLOAT)
                .write(folder.resolve("two.onnx"));
        assertThatThrownBy(() -> open(two, 1, 3L, 4L, 4L)).hasMessageContaining("needs more than a picture");
    }
}
