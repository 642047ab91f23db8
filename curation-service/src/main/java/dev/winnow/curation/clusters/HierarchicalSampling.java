package dev.winnow.curation.clusters;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.vectors.RandomRows;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A balanced sample of a hierarchy of clusters (Vo et al., 2024, arXiv 2405.15613, section 3.3): the number asked for is
 * shared out equally over the clusters of the highest level, what each got over the clusters in it, and so on down to the
 * vectors, of which any are drawn. What a small cluster cannot fill goes to its siblings. So a concept of few images is as present as its size
 * allows, on every level.
 */
public final class HierarchicalSampling {

    private final ClusterHierarchy hierarchy;
    private final RandomGenerator random;

    private HierarchicalSampling(ClusterHierarchy hierarchy, long seed) {
        this.hierarchy = hierarchy;
        this.random = SphericalKMeans.generator(seed);
    }

    /**
     * {@code n} different rows, in ascending order. Deterministic given the hierarchy, n and seed.
     *
     * @param n 0 to the number of vectors
     * @throws InvalidParameterException if n is outside of that
     */
    public static int[] sample(ClusterHierarchy hierarchy, int n, long seed) {
        InvalidParameterException.checkRange("n", n, 0, hierarchy.finest().cluster().length);
        int top = hierarchy.levels().size() - 1;
        HierarchicalSampling sampling = new HierarchicalSampling(hierarchy, seed);
        int[] all = IntStream.range(0, hierarchy.levels().get(top).k()).toArray();
        return sampling.among(top, all, n).sorted().toArray();
    }

    /** {@code n} vectors of some clusters of a level. */
    private IntStream among(int level, int[] clusters, int n) {
        int[] sizes = hierarchy.sizes(level);
        int[] shares = shares(Arrays.stream(clusters).map(c -> sizes[c]).toArray(), n, random);
        return IntStream.range(0, clusters.length).boxed().flatMapToInt(i -> {
            int[] members = hierarchy.members(level, clusters[i]);
            return level > 0
                    ? among(level - 1, members, shares[i])
                    : Arrays.stream(RandomRows.drawn(members.length, shares[i], random))
                            .map(drawn -> members[drawn]);
        });
    }

    /**
     * Shares of {@code total} that are as equal as the sizes allow: the largest level at which all of them together are
     * filled no higher than {@code total}, and one more for as many drawn ones as are left over.
     *
     * @param total at most the sum of the sizes
     */
    static int[] shares(int[] sizes, int total, RandomGenerator random) {
        int low = 0;
        int high = Arrays.stream(sizes).max().orElse(0);
        while (low < high) {
            int middle = low + (high - low + 1) / 2;
            if (filled(sizes, middle) <= total) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int level = low;
        int[] shares = Arrays.stream(sizes).map(size -> Math.min(size, level)).toArray();
        int[] roomy =
                IntStream.range(0, sizes.length).filter(i -> sizes[i] > level).toArray();
        int left = (int) Math.min(roomy.length, total - filled(sizes, level));
        for (int i : RandomRows.ascending(roomy.length, left, random)) {
            shares[roomy[i]]++;
        }
        return shares;
    }

    private static long filled(int[] sizes, int level) {
        return Arrays.stream(sizes)
                .asLongStream()
                .map(size -> Math.min(size, level))
                .sum();
    }
}
