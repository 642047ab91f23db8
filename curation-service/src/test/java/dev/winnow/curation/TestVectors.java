package dev.winnow.curation;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.vectors.Vectors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded vectors and images for the engine's tests. */
public final class TestVectors {

    private TestVectors() {}

    /** Directions drawn uniformly from the sphere. */
    public static List<float[]> random(int size, int dimension, long seed) {
        Random random = new Random(seed);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rows.add(gaussian(dimension, random));
        }
        return rows;
    }

    /** {@code perCluster[c]} vectors around each of some random directions, in order of the clusters. */
    public static List<float[]> clustered(int[] perCluster, int dimension, double spread, long seed) {
        Random random = new Random(seed);
        List<float[]> rows = new ArrayList<>();
        for (int size : perCluster) {
            float[] centre = gaussian(dimension, random);
            for (int i = 0; i < size; i++) {
                float[] noise = gaussian(dimension, random);
                float[] row = new float[dimension];
                for (int j = 0; j < dimension; j++) {
                    row[j] = (float) (centre[j] + spread * noise[j]);
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** A dataset of the rows, whose files all differ. */
    public static Snapshot snapshot(List<float[]> rows) {
        List<DatasetImage> images = IntStream.range(0, rows.size())
                .mapToObj(i -> image("image-%05d.jpg".formatted(i), "sha-" + i, 100 + i, List.of()))
                .toList();
        return snapshot(rows, images);
    }

    public static Snapshot snapshot(List<float[]> rows, List<DatasetImage> images) {
        int dimension = rows.isEmpty() ? 1 : rows.getFirst().length;
        return new Snapshot(
                "d",
                "m",
                images,
                Vectors.of(dimension, rows),
                new Watermark(rows.size(), new Freshness(0, 0, Instant.EPOCH)));
    }

    public static DatasetImage image(String path, String sha256, int width, List<String> labels) {
        return new DatasetImage(
                ImageId.ofRawKey("d/" + path),
                path,
                sha256,
                0,
                "etag",
                "jpeg",
                1000,
                width,
                100,
                1,
                null,
                labels,
                List.of(),
                Map.of());
    }

    private static float[] gaussian(int dimension, Random random) {
        float[] row = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            row[j] = (float) random.nextGaussian();
        }
        return row;
    }
}
