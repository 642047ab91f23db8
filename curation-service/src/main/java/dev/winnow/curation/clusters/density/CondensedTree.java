package dev.winnow.curation.clusters.density;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The hierarchy of density clusters with all splits left out that only shed fewer than {@code minClusterSize} vectors
 * (Campello, Moulavi and Sander, 2013; McInnes and Healy, "Accelerated Hierarchical Density Based Clustering", 2017).
 * Density is λ = 1 / distance. Cluster 0 is everything; it is born at λ = 0, children where their parent splits into
 * several that are large enough. The stability of a cluster is the sum over its members of the λ at which they leave it, less that of
 * its birth.
 */
final class CondensedTree {

    /** Below this nothing is told apart any more: the square root of twice a float32's rounding. */
    private static final double SHORTEST = 1e-3;

    private final int[] leftCluster;
    private final double[] leftAt;
    private final List<Node> clusters = new ArrayList<>();

    /** A cluster of the hierarchy. */
    private static final class Node {
        private final int parent;
        private final double birth;
        private double stability;
        private double death;

        Node(int parent, double birth) {
            this.parent = parent;
            this.birth = birth;
        }

        void leave(int vectors, double lambda) {
            stability += (lambda - birth) * vectors;
            death = Math.max(death, lambda);
        }
    }

    /**
     * @param cluster the cluster of each vector, numbered from 0; −1 for noise
     * @param probability how near to the densest part of its cluster each vector is, 0 to 1; 0 for noise
     * @param stability of each cluster
     */
    record Selection(int[] cluster, double[] probability, double[] stability) {}

    CondensedTree(SpanningTree tree, int minClusterSize, Metric metric) {
        int n = tree.size();
        this.leftCluster = new int[n];
        this.leftAt = new double[n];
        clusters.add(new Node(-1, 0));
        if (n > 1) {
            Dendrogram dendrogram = new Dendrogram(tree);
            Deque<int[]> open = new ArrayDeque<>();
            open.add(new int[] {2 * n - 2, 0});
            while (!open.isEmpty()) {
                int[] at = open.remove();
                split(dendrogram, at[0], at[1], minClusterSize, metric, open);
            }
        }
    }

    private void split(
            Dendrogram dendrogram, int node, int cluster, int minClusterSize, Metric metric, Deque<int[]> open) {
        double lambda = lambda(dendrogram, node, metric);
        List<Integer> parts = parts(dendrogram, node, lambda, metric);
        List<Integer> large = parts.stream()
                .filter(part -> dendrogram.size(part) >= minClusterSize)
                .toList();
        for (int part : parts) {
            int size = dendrogram.size(part);
            if (size < minClusterSize) {
                clusters.get(cluster).leave(size, lambda);
                dendrogram.leaves(part, vector -> {
                    leftCluster[vector] = cluster;
                    leftAt[vector] = lambda;
                });
            } else if (large.size() == 1) {
                open.add(new int[] {part, cluster});
            } else {
                clusters.get(cluster).leave(size, lambda);
                open.add(new int[] {part, clusters.size()});
                clusters.add(new Node(cluster, lambda));
            }
        }
    }

    /**
     * What a node falls into at its λ. Many mutual reachability distances are equal, and any order of equal ones gives a
     * spanning tree: taken together they are one split, and the clusters do not depend on that order.
     */
    private static List<Integer> parts(Dendrogram dendrogram, int node, double lambda, Metric metric) {
        List<Integer> parts = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(dendrogram.left(node), dendrogram.right(node)));
        while (!open.isEmpty()) {
            int part = open.remove();
            if (dendrogram.size(part) > 1 && lambda(dendrogram, part, metric) == lambda) {
                open.add(dendrogram.left(part));
                open.add(dendrogram.right(part));
            } else {
                parts.add(part);
            }
        }
        return parts;
    }

    private static double lambda(Dendrogram dendrogram, int node, Metric metric) {
        return 1 / Math.max(SHORTEST, metric.of(dendrogram.distance(node)));
    }

    /**
     * The clusters whose stabilities have the greatest sum of all sets of clusters that do not contain each other (excess
     * of mass). Everything is no cluster: a dataset that nowhere splits in two is all noise.
     */
    Selection excessOfMass() {
        int count = clusters.size();
        boolean[] selected = new boolean[count];
        double[] best = new double[count];
        double[] ofChildren = new double[count];
        for (int c = count - 1; c > 0; c--) {
            Node node = clusters.get(c);
            selected[c] = ofChildren[c] <= node.stability;
            best[c] = Math.max(ofChildren[c], node.stability);
            ofChildren[node.parent] += best[c];
        }
        int[] label = new int[count];
        Arrays.fill(label, -1);
        int[] clusterOf = new int[count];
        int found = 0;
        // Parents come before their children: the first selected on the way down is the cluster.
        for (int c = 1; c < count; c++) {
            int above = label[clusters.get(c).parent];
            if (above >= 0) {
                label[c] = above;
            } else if (selected[c]) {
                label[c] = found;
                clusterOf[found++] = c;
            }
        }
        int[] cluster = new int[leftCluster.length];
        double[] probability = new double[cluster.length];
        for (int i = 0; i < cluster.length; i++) {
            cluster[i] = label[leftCluster[i]];
            if (cluster[i] >= 0) {
                double death = clusters.get(clusterOf[cluster[i]]).death;
                probability[i] = death == 0 ? 1 : Math.min(leftAt[i], death) / death;
            }
        }
        double[] stability = Arrays.stream(clusterOf, 0, found)
                .mapToDouble(c -> clusters.get(c).stability)
                .toArray();
        return new Selection(cluster, probability, stability);
    }
}
