package dev.winnow.curation.clusters.density;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;

/**
 * HDBSCAN (Campello, Moulavi and Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013; in the
 * form of McInnes and Healy, 2017): single linkage over {@link MutualReachability}, condensed ({@link CondensedTree}), and
 * of its clusters those of the greatest excess of mass. Finds clusters of any shape and density, and how many there are;
 * what lies in no dense region is noise. Exact, and nothing in it is random. Cost and memory: see {@link MutualReachability}.
 */
public final class Hdbscan {

    private final MutualReachability reachability;

    public Hdbscan(Neighbours neighbours) {
        this(new MutualReachability(neighbours));
    }

    Hdbscan(MutualReachability reachability) {
        this.reachability = reachability;
    }

    /**
     * Fits the clusters. Fewer than {@code 2 · minClusterSize} vectors, or vectors that are nowhere two dense regions, are all
     * noise.
     *
     * @param minClusterSize what is smaller is no cluster, from 2 on
     * @param minSamples how many vectors, itself counted, within reach make a vector a dense one, 1 to the number of vectors
     */
    public DensityClustering fit(
            Vectors vectors, int minClusterSize, int minSamples, Metric metric, Progress progress) {
        InvalidParameterException.checkRange("min_cluster_size", minClusterSize, 2, Integer.MAX_VALUE);
        InvalidParameterException.checkRange("min_samples", minSamples, 1, Math.max(1, vectors.size()));
        SpanningTree tree = reachability.tree(vectors, minSamples, progress);
        CondensedTree.Selection selection = new CondensedTree(tree, minClusterSize, metric).excessOfMass();
        int k = selection.stability().length;
        int[] order = Clustering.largestFirst(selection.cluster(), k);
        int[] rank = new int[k];
        for (int i = 0; i < k; i++) {
            rank[order[i]] = i;
        }
        progress.at("condensed tree", 1);
        return new DensityClustering(
                k,
                Arrays.stream(selection.cluster())
                        .map(c -> c < 0 ? Clustering.NOISE : rank[c])
                        .toArray(),
                selection.probability(),
                Arrays.stream(order).mapToDouble(c -> selection.stability()[c]).toArray());
    }
}
