package dev.winnow.curation.clusters;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.vectors.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The clusters of a dataset as they were last fitted, with all that is needed to place an image that came later and to
 * recognise the clusters in the next fit.
 *
 * @param id another one for every fit
 * @param model the model whose vectors were clustered
 * @param method {@code kmeans}, {@code hierarchical} or {@code hdbscan}
 * @param parameters those of the method, defaults filled in
 * @param nextId the lowest cluster id never given in this dataset
 * @param clusters from the largest to the smallest
 * @param noise how many images are in no cluster
 * @param dimension of the centres
 * @param centres the clusters' centres in their order, little-endian float32, clusters × dimension
 * @param members see {@link ClusterMembers}, 28 bytes an image
 */
public record ClusterFit(
        UUID id,
        String dataset,
        String model,
        String method,
        Map<String, Object> parameters,
        long seed,
        Watermark watermark,
        int nextId,
        List<Cluster> clusters,
        int noise,
        int dimension,
        byte[] centres,
        byte[] members) {

    /** The method whose clusters leave images out. */
    public static final String HDBSCAN = "hdbscan";

    public ClusterFit {
        parameters = Map.copyOf(parameters);
        clusters = List.copyOf(clusters);
    }

    /**
     * A cluster.
     *
     * @param id the same from fit to fit as long as the cluster goes on, see {@link ClusterMatching}
     * @param cohesion mean similarity of its images to its centre
     * @param reach the lowest similarity of an image of it to its centre
     */
    public record Cluster(int id, String name, int size, double cohesion, double reach) {}

    /** The centres, in the order of the clusters. */
    public Vectors centreVectors() {
        ByteBuffer packed = ByteBuffer.wrap(centres).order(ByteOrder.LITTLE_ENDIAN);
        List<float[]> rows = new ArrayList<>();
        for (int c = 0; c < clusters.size(); c++) {
            float[] row = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                row[i] = packed.getFloat();
            }
            rows.add(row);
        }
        return Vectors.of(Math.max(1, dimension), rows);
    }

    /** Centres as {@link #centres} holds them. */
    public static byte[] pack(Vectors centres) {
        ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(4 * centres.size(), centres.dimension()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < centres.size(); c++) {
            for (float x : centres.get(c)) {
                packed.putFloat(x);
            }
        }
        return packed.array();
    }

    /** Whether an image may be in no cluster. */
    @JsonIgnore
    public boolean hasNoise() {
        return method.equals(HDBSCAN);
    }
}
