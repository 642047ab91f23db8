package dev.winnow.curation.clusters;

import dev.winnow.curation.vectors.Vectors;

/**
 * A partition of vectors by their nearest centre.
 *
 * @param k how many clusters, none of them empty, ordered from the largest to the smallest
 * @param cluster the cluster of each vector
 * @param similarity the cosine similarity of each vector to its own centre
 * @param runnerUp the similarity of each vector to the second nearest centre; −1 where k is 1
 * @param centres unit vectors, one a cluster
 * @param silhouette the mean simplified silhouette, −1 to 1; 0 where k is 1
 */
public record Clustering(
        int k, int[] cluster, float[] similarity, float[] runnerUp, Vectors centres, double silhouette) {

    /** The mean similarity of all vectors to their centres: what spherical k-means maximises. */
    public double cohesion() {
        double sum = 0;
        for (float s : similarity) {
            sum += s;
        }
        return similarity.length == 0 ? 0 : sum / similarity.length;
    }

    /** How many vectors each cluster has. */
    public int[] sizes() {
        int[] sizes = new int[k];
        for (int c : cluster) {
            sizes[c]++;
        }
        return sizes;
    }
}
