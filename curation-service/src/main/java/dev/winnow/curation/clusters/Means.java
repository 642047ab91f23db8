package dev.winnow.curation.clusters;

import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The normalised means of clusters. */
final class Means {

    private Means() {}

    /**
     * The normalised mean of each cluster; zero where it has no members, or where they cancel out. The clusters are
     * summed up in parallel, each in the order of its rows and in double precision, so that the result does not depend on
     * how many threads there are.
     *
     * @param cluster the cluster of each vector, {@link Clustering#NOISE} belongs to none
     */
    static Vectors of(Vectors vectors, int[] cluster, int k) {
        int[] begin = new int[k + 1];
        for (int c : cluster) {
            if (c != Clustering.NOISE) {
                begin[c + 1]++;
            }
        }
        Arrays.parallelPrefix(begin, Integer::sum);
        int[] next = Arrays.copyOf(begin, k);
        int[] members = new int[begin[k]];
        for (int row = 0; row < cluster.length; row++) {
            if (cluster[row] != Clustering.NOISE) {
                members[next[cluster[row]]++] = row;
            }
        }
        float[][] means = new float[k][];
        IntStream.range(0, k).parallel().forEach(c -> means[c] = mean(vectors, members, begin[c], begin[c + 1]));
        return Vectors.of(vectors.dimension(), Arrays.asList(means));
    }

    private static float[] mean(Vectors vectors, int[] rows, int from, int to) {
        double[] sum = new double[vectors.dimension()];
        for (int i = from; i < to; i++) {
            float[] vector = vectors.get(rows[i]);
            for (int j = 0; j < sum.length; j++) {
                sum[j] += vector[j];
            }
        }
        double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] mean = new float[sum.length];
        for (int j = 0; j < mean.length && norm > 0; j++) {
            mean[j] = (float) (sum[j] / norm);
        }
        return mean;
    }
}
