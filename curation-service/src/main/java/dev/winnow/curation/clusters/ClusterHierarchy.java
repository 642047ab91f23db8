package dev.winnow.curation.clusters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Clusters of clusters. Level 0 partitions the vectors, each further level the clusters of the one below.
 *
 * @param levels at least one; the vectors of level t + 1 are the centres of level t
 */
public record ClusterHierarchy(List<Clustering> levels) {

    public ClusterHierarchy {
        levels = List.copyOf(levels);
        for (int t = 1; t < levels.size(); t++) {
            if (levels.get(t).cluster().length != levels.get(t - 1).k()) {
                throw new IllegalArgumentException("level " + t + " is not one over the clusters below it");
            }
        }
    }

    /** The clusters of the vectors themselves. */
    public Clustering finest() {
        return levels.getFirst();
    }

    /** The cluster of each vector on a level. */
    public int[] flat(int level) {
        int[] cluster = finest().cluster();
        for (int t = 1; t <= level; t++) {
            int[] parent = levels.get(t).cluster();
            cluster = Arrays.stream(cluster).map(c -> parent[c]).toArray();
        }
        return cluster;
    }

    /** How many vectors each cluster of a level has, all those of the clusters below it. */
    public int[] sizes(int level) {
        int[] sizes = finest().sizes();
        for (int t = 1; t <= level; t++) {
            int[] above = new int[levels.get(t).k()];
            for (int c = 0; c < sizes.length; c++) {
                above[levels.get(t).cluster()[c]] += sizes[c];
            }
            sizes = above;
        }
        return sizes;
    }

    /** The clusters above a cluster of the finest level, from the next level on. */
    public List<Integer> above(int cluster) {
        List<Integer> path = new ArrayList<>();
        int c = cluster;
        for (Clustering level : levels.subList(1, levels.size())) {
            c = level.cluster()[c];
            path.add(c);
        }
        return path;
    }

    /** What a cluster of a level is made of: vectors on level 0, clusters of the level below on the others. */
    int[] members(int level, int cluster) {
        int[] parent = levels.get(level).cluster();
        return IntStream.range(0, parent.length)
                .filter(i -> parent[i] == cluster)
                .toArray();
    }
}
