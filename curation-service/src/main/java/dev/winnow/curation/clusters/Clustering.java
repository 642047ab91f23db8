package dev.winnow.curation.clusters;

import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A partition of vectors.
 *
 * @param k how many clusters, none of them empty, ordered from the largest to the smallest
 * @param cluster the cluster of each vector; {@link #NOISE} where it is in none
 * @param similarity the cosine similarity of each vector to its own centre; to the nearest one where it is noise
 * @param runnerUp the highest similarity of each vector to another centre; −1 where there is none
 * @param centres unit vectors, one a cluster
 * @param silhouette the mean simplified silhouette of what is no noise, −1 to 1; 0 where k is 1
 */
public record Clustering(
        int k, int[] cluster, float[] similarity, float[] runnerUp, Vectors centres, double silhouette) {

    /** The cluster of what is in none. */
    public static final int NOISE = -1;

    /**
     * Each vector with its nearest centre. Centres nearest to no vector are left out, the others are numbered from the
     * largest cluster down, so that equal fits have equal numbers.
     *
     * @param nearest the two nearest of {@code centres} for each vector
     */
    static Clustering ofNearest(Vectors centres, Neighbours.Nearest nearest, int size) {
        int[] assignment = IntStream.range(0, size).map(i -> nearest.row(i, 0)).toArray();
        int[] order = largestFirst(assignment, centres.size());
        int[] rank = new int[centres.size()];
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i;
        }
        float[] own = new float[size];
        float[] runnerUp = new float[size];
        for (int i = 0; i < size; i++) {
            own[i] = nearest.similarity(i, 0);
            runnerUp[i] = nearest.k() > 1 ? nearest.similarity(i, 1) : -1;
        }
        int[] cluster = Arrays.stream(assignment).map(c -> rank[c]).toArray();
        return new Clustering(
                order.length, cluster, own, runnerUp, centres.select(order), silhouette(cluster, own, runnerUp));
    }

    /** Vectors in given clusters, whose centres are the normalised means of their members. */
    public static Clustering ofMembers(Neighbours neighbours, Vectors vectors, int[] cluster, int k) {
        Vectors centres = Means.of(vectors, cluster, k);
        Neighbours.Nearest nearest = neighbours.nearest(vectors, centres, 2, (stage, fraction) -> {});
        float[] own = new float[cluster.length];
        float[] runnerUp = new float[cluster.length];
        for (int i = 0; i < cluster.length; i++) {
            int c = cluster[i];
            if (nearest.k() == 0) {
                own[i] = -1;
                runnerUp[i] = -1;
            } else if (c == NOISE || c == nearest.row(i, 0)) {
                own[i] = nearest.similarity(i, 0);
                runnerUp[i] = nearest.k() > 1 ? nearest.similarity(i, 1) : -1;
            } else {
                own[i] = dot(vectors.get(i), centres.get(c));
                runnerUp[i] = nearest.similarity(i, 0);
            }
        }
        return new Clustering(k, cluster, own, runnerUp, centres, k < 2 ? 0 : silhouette(cluster, own, runnerUp));
    }

    /** The mean similarity to their centres of all vectors that are no noise: what spherical k-means maximises. */
    public double cohesion() {
        return IntStream.range(0, cluster.length)
                .filter(i -> cluster[i] != NOISE)
                .mapToDouble(i -> similarity[i])
                .average()
                .orElse(0);
    }

    /** How many vectors each cluster has. */
    public int[] sizes() {
        return sizes(cluster, k);
    }

    /** The numbers of the clusters that are not empty, the largest first, of equal ones the one with the lower row. */
    public static int[] largestFirst(int[] cluster, int k) {
        int[] sizes = sizes(cluster, k);
        int[] first = new int[k];
        for (int i = cluster.length - 1; i >= 0; i--) {
            if (cluster[i] != NOISE) {
                first[cluster[i]] = i;
            }
        }
        return IntStream.range(0, k)
                .filter(c -> sizes[c] > 0)
                .boxed()
                .sorted(Comparator.comparingInt((Integer c) -> -sizes[c]).thenComparingInt(c -> first[c]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] sizes(int[] cluster, int k) {
        int[] sizes = new int[k];
        for (int c : cluster) {
            if (c != NOISE) {
                sizes[c]++;
            }
        }
        return sizes;
    }

    private static double silhouette(int[] cluster, float[] own, float[] runnerUp) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < cluster.length; i++) {
            if (cluster[i] != NOISE) {
                double a = Math.max(0, 1 - own[i]);
                double b = Math.max(0, 1 - runnerUp[i]);
                sum += runnerUp[i] > -1 && Math.max(a, b) > 0 ? (b - a) / Math.max(a, b) : 0;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static float dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return (float) sum;
    }
}
