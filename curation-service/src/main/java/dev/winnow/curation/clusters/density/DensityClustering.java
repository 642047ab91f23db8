package dev.winnow.curation.clusters.density;

/**
 * Dense clusters, and what is in none.
 *
 * @param k how many clusters, ordered from the largest to the smallest
 * @param cluster the cluster of each vector; −1 for noise
 * @param probability how near to the densest part of its cluster a vector is: 1 in its core, 0 for noise
 * @param stability excess of mass of each cluster: Σ over its members of (λ at which it leaves − λ of the cluster's birth)
 */
public record DensityClustering(int k, int[] cluster, double[] probability, double[] stability) {}
