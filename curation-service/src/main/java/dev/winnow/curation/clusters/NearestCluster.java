package dev.winnow.curation.clusters;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;

/**
 * Places vectors that came after a fit: each in the cluster of the nearest centre. Where the fit knows noise (HDBSCAN), only
 * clusters are asked whose reach the vector is within, that is, which have an image at most as similar to the centre as
 * the vector is; where there is none, it is noise.
 */
public final class NearestCluster {

    private final ClusterFit fit;
    private final Vectors centres;
    private final Neighbours neighbours;

    public NearestCluster(ClusterFit fit, Neighbours neighbours) {
        this.fit = fit;
        this.centres = fit.centreVectors();
        this.neighbours = neighbours;
    }

    /**
     * Where vectors belong.
     *
     * @param cluster the cluster's id of each, or {@link Clustering#NOISE}
     * @param similarity to its centre; of noise to the nearest centre; −1 where there is none
     */
    public record Placed(int[] cluster, float[] similarity) {}

    /** Places some vectors of the fit's model. Memory: 8 bytes a vector and a centre where there may be noise. */
    public Placed place(Vectors vectors) {
        int[] cluster = new int[vectors.size()];
        float[] similarity = new float[vectors.size()];
        Neighbours.Nearest nearest =
                neighbours.nearest(vectors, centres, fit.hasNoise() ? centres.size() : 1, Progress.NONE);
        for (int i = 0; i < cluster.length; i++) {
            cluster[i] = Clustering.NOISE;
            similarity[i] = nearest.k() == 0 ? -1 : nearest.similarity(i, 0);
            for (int rank = 0; rank < nearest.k() && cluster[i] == Clustering.NOISE; rank++) {
                ClusterFit.Cluster candidate = fit.clusters().get(nearest.row(i, rank));
                if (!fit.hasNoise() || nearest.similarity(i, rank) >= candidate.reach()) {
                    cluster[i] = candidate.id();
                    similarity[i] = nearest.similarity(i, rank);
                }
            }
        }
        return new Placed(cluster, similarity);
    }
}
