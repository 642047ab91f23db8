package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.embedding.image.DecodeMode;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Samples;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What decoding at a reduced size changes, and what it does not. */
class FastDecodeTest {

    private static final Path ROOT = Path.of(System.getProperty("suite.root", ".."));
    private static final Path PHOTOS = ROOT.resolve("../shared/data/coco128/images");
    private static final MemoryBudget MEMORY = new MemoryBudget(64 << 20);

    private static EmbeddingModel model;

    @BeforeAll
    static void load() {
        model = EmbeddingModel.load(
                ROOT.resolve("models/default/winnow-default.yaml"), InferenceOptions.of(ExecutionProvider.CPU, 2, 8));
    }

    @AfterAll
    static void close() throws Exception {
        model.close();
    }

    private static PreparedImage.Ready prepared(byte[] file, DecodeMode mode) throws InterruptedException {
        Preprocessing preprocessing = model.preprocessing();
        return (PreparedImage.Ready)
                PreparedImage.of(file, preprocessing, mode, MEMORY, new float[preprocessing.length()]);
    }

    @Test
    void aLargeJpegKeepsItsSizeAndNearlyItsPixels() throws Exception {
        byte[] file = drawn(1301, 903, "jpg");
        PreparedImage.Ready exact = prepared(file, DecodeMode.EXACT);
        PreparedImage.Ready fast = prepared(file, DecodeMode.FAST);
        assertThat(fast.identifiers().width()).isEqualTo(1301);
        assertThat(fast.identifiers().height()).isEqualTo(903);
        assertThat(fast.identifiers().sha256()).isEqualTo(exact.identifiers().sha256());
        // Not the same: else nothing was reduced.
        assertThat(fast.tensor()).isNotEqualTo(exact.tensor());
        double sum = 0;
        for (int i = 0; i < exact.tensor().length; i++) {
            sum += Math.abs(exact.tensor()[i] - fast.tensor()[i]);
        }
        assertThat(sum / exact.tensor().length).isLessThan(0.02);
    }

    @Test
    void whatIsSmallOrNoJpegIsDecodedWhole() throws Exception {
        for (byte[] file : List.of(drawn(300, 200, "jpg"), drawn(1301, 903, "png"), Samples.file("cmyk.jpg"))) {
            assertThat(prepared(file, DecodeMode.FAST).tensor())
                    .isEqualTo(prepared(file, DecodeMode.EXACT).tensor());
        }
    }

    @Test
    void theVectorsOfPhotosStayNearlyTheSame() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(PHOTOS), () -> "skipped: no photos in " + PHOTOS);
        List<Double> cosines = new ArrayList<>();
        try (Stream<Path> photos = Files.list(PHOTOS)) {
            for (Path photo : photos.sorted().toList()) {
                byte[] file = Files.readAllBytes(photo);
                List<float[]> vectors = model
                        .embed(List.of(
                                prepared(file, DecodeMode.EXACT).tensor(),
                                prepared(file, DecodeMode.FAST).tensor()))
                        .stream()
                        .map(vector -> vector.orElseThrow())
                        .toList();
                double cosine = 0;
                for (int i = 0; i < vectors.getFirst().length; i++) {
                    cosine += vectors.getFirst()[i] * vectors.getLast()[i];
                }
                cosines.add(cosine);
            }
        }
        cosines.sort(null);
        System.out.printf(
                "fast decoding, %d photos: cosine to exact %.4f in the median, %.4f at least%n",
                cosines.size(), cosines.get(cosines.size() / 2), cosines.getFirst());
        assertThat(cosines.getFirst()).isGreaterThan(0.97);
    }

    private static byte[] drawn(int width, int height, String format) throws Exception {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.GREEN);
        graphics.fillOval(width / 5, height / 4, width / 3, height / 2);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }
}
