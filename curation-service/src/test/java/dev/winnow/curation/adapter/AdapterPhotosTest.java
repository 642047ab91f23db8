package dev.winnow.curation.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.adapter.AdapterTraining.Settings;
import dev.winnow.curation.adapter.AdapterTraining.Trained;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What an adapter of the model that comes with Winnow gains on photos that it has not been shown. */
class AdapterPhotosTest {

    private static final Path ROOT = Path.of(System.getProperty("suite.root", ".."));
    private static final Path PHOTOS = ROOT.resolve("../shared/data/photos");
    private static final int SIDE = 160;
    private static final int BATCH = 16;
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] DEVIATION = {0.229, 0.224, 0.225};

    @Test
    void raisesTheAccuracyOfNeighboursOnHeldOutPhotos() throws Exception {
        Path listed = PHOTOS.resolve("labels.csv");
        assumeTrue(Files.isRegularFile(listed), () -> "no " + listed + ": the adapter was not tried on photos");
        List<String[]> rows = Files.readAllLines(listed).stream()
                .skip(1)
                .map(line -> line.split(",", 2))
                .toList();
        List<DatasetImage> images = rows.stream()
                .map(row -> TestVectors.image(row[0], row[0], 100, List.of(row[1])))
                .toList();
        Vectors vectors = embed(rows.stream().map(row -> PHOTOS.resolve(row[0])).toList());
        LabelledRows labelled = LabelledRows.of(images);
        double[] before = new double[6];
        double[] after = new double[6];
        double gain = 0;
        int recommended = 0;
        int seeds = 3;
        try (Neighbours neighbours = new Neighbours()) {
            for (int seed = 1; seed <= seeds; seed++) {
                Trained trained = new AdapterTraining(neighbours)
                        .train(
                                vectors,
                                labelled,
                                List.of(),
                                new Settings(
                                        AdapterTraining.DEFAULT_DIMENSION,
                                        AdapterTraining.DEFAULT_HELD_OUT,
                                        AdapterTraining.DEFAULT_SHRINKAGE,
                                        null,
                                        seed),
                                Progress.NONE);
                for (int i = 0; i < 6; i++) {
                    before[i] += trained.accuracy().get(i).before() / seeds;
                    after[i] += trained.accuracy().get(i).after() / seeds;
                }
                gain += trained.gain() / seeds;
                recommended += trained.recommended() ? 1 : 0;
            }
        }
        String figures = "before " + Arrays.toString(before) + " after " + Arrays.toString(after) + " gain " + gain
                + " recommended " + recommended + " of " + seeds;
        for (int i = 0; i < 6; i++) {
            assertThat(after[i]).as(figures).isGreaterThan(before[i]);
        }
        assertThat(gain).as(figures).isGreaterThan(0.015);
        assertThat(recommended).as(figures).isGreaterThanOrEqualTo(2);
    }

    /** As the worker does, but with the filters of the JDK. */
    private static Vectors embed(List<Path> photos) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<float[]> vectors = new ArrayList<>();
        try (OrtSession session = environment.createSession(
                ROOT.resolve("models/default/winnow-default.onnx").toString())) {
            for (int from = 0; from < photos.size(); from += BATCH) {
                List<Path> batch = photos.subList(from, Math.min(photos.size(), from + BATCH));
                float[] pixels = new float[batch.size() * 3 * SIDE * SIDE];
                IntStream.range(0, batch.size()).parallel().forEach(i -> read(batch.get(i), pixels, i));
                try (OnnxTensor in = OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(pixels), new long[] {batch.size(), 3, SIDE, SIDE});
                        OrtSession.Result out = session.run(Map.of("image", in))) {
                    vectors.addAll(List.of(
                            (float[][]) out.get("embedding").orElseThrow().getValue()));
                }
            }
        }
        return Vectors.of(vectors.getFirst().length, vectors);
    }

    private static void read(Path photo, float[] pixels, int place) {
        BufferedImage scaled = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = scaled.createGraphics();
        try {
            Image whole = ImageIO.read(photo.toFile());
            drawing.drawImage(whole.getScaledInstance(SIDE, SIDE, Image.SCALE_AREA_AVERAGING), 0, 0, null);
        } catch (IOException e) {
            throw new UncheckedIOException(photo.toString(), e);
        } finally {
            drawing.dispose();
        }
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int rgb = scaled.getRGB(x, y);
                for (int c = 0; c < 3; c++) {
                    double value = (rgb >> (16 - 8 * c) & 0xFF) / 255.0;
                    pixels[((place * 3 + c) * SIDE + y) * SIDE + x] = (float) ((value - MEAN[c]) / DEVIATION[c]);
                }
            }
        }
    }
}
