package dev.winnow.curation.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.clusters.ClusterMatching.Moved;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterMatchingTest {

    @Test
    void theFirstFitNumbersItsClusters() {
        ClusterMatching first = ClusterMatching.first(3);
        assertThat(first.ids()).containsExactly(0, 1, 2);
        assertThat(first.appeared()).extracting(Moved::id).containsExactly(0, 1, 2);
        assertThat(first.next()).isEqualTo(3);
    }

    @Test
    void idsAreKeptAndNeverGivenTwice() {
        // Old 4 is new 1, old 7 is split in two of which new 0 has more, old 9 dissolved into noise.
        int[] before = {4, 4, 4, 7, 7, 7, 7, 7, 9, 9, -1};
        int[] after = {1, 1, 1, 0, 0, 0, 2, 2, -1, -1, 1};
        ClusterMatching matching = ClusterMatching.match(Set.of(4, 7, 9), before, after, 3, 12);
        assertThat(matching.ids()).containsExactly(7, 4, 12);
        assertThat(matching.kept()).extracting(ClusterMatching.Kept::id).containsExactly(4, 7);
        assertThat(matching.vanished()).containsExactly(new Moved(9, -1, 2));
        assertThat(matching.appeared()).containsExactly(new Moved(12, 7, 2));
        assertThat(matching.next()).isEqualTo(13);
        assertThat(matching.ids(after)).containsExactly(4, 4, 4, 7, 7, 7, 12, 12, -1, -1, 4);
    }

    @Test
    void aClusterOfWhichLittleIsLeftIsAnotherOne() {
        int[] before = {0, 0, 0, 0, 0, 1, 1};
        int[] after = {0, 1, 2, 3, 4, -1, -1};
        ClusterMatching matching = ClusterMatching.match(Set.of(0, 1), before, after, 5, 2);
        assertThat(matching.kept()).isEmpty();
        assertThat(matching.ids()).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    void standsFitsWithNothingInCommon() {
        ClusterMatching none = ClusterMatching.match(Set.of(), new int[0], new int[0], 0, 0);
        assertThat(none.ids()).isEmpty();
        ClusterMatching fresh = ClusterMatching.match(Set.of(3), new int[0], new int[0], 1, 8);
        assertThat(fresh.ids()).containsExactly(8);
        assertThat(fresh.vanished()).containsExactly(new Moved(3, -1, 0));
    }

    /** Against taking the best of all pairs, found by counting sets, again and again. */
    @Test
    void alwaysTakesTheLargestOverlapLeft() {
        Random random = new Random(3);
        for (int trial = 0; trial < 200; trial++) {
            int k = 1 + random.nextInt(6);
            int n = random.nextInt(60);
            int[] before = random.ints(n, -1, k).toArray();
            int[] after = Arrays.stream(before)
                    .map(c -> random.nextInt(3) == 0 || c < 0 ? random.nextInt(k + 1) - 1 : (c + 2) % k)
                    .toArray();
            Set<Integer> old = IntStream.range(0, k).boxed().collect(Collectors.toSet());
            ClusterMatching matching = ClusterMatching.match(old, before, after, k, k);
            Map<Integer, Integer> expected = reference(before, after, k);
            for (int c = 0; c < k; c++) {
                Integer kept = expected.get(c);
                if (kept != null) {
                    assertThat(matching.ids().get(c)).isEqualTo(kept);
                } else {
                    assertThat(matching.ids().get(c)).isGreaterThanOrEqualTo(k);
                }
            }
            assertThat(matching.ids()).doesNotHaveDuplicates();
            assertThat(matching.kept().size() + matching.vanished().size()).isEqualTo(k);
            assertThat(matching.kept().size() + matching.appeared().size()).isEqualTo(k);
        }
    }

    private static Map<Integer, Integer> reference(int[] before, int[] after, int k) {
        Map<Integer, Integer> oldOfNew = new HashMap<>();
        while (true) {
            double best = ClusterMatching.LEAST;
            int shared = -1;
            int bestOld = -1;
            int bestNew = -1;
            for (int o = 0; o < k; o++) {
                for (int c = 0; c < k; c++) {
                    if (!oldOfNew.containsValue(o) && !oldOfNew.containsKey(c)) {
                        Set<Integer> both = rows(before, o);
                        both.retainAll(rows(after, c));
                        Set<Integer> either = rows(before, o);
                        either.addAll(rows(after, c));
                        double overlap = either.isEmpty() ? 0 : (double) both.size() / either.size();
                        if (overlap > best || (overlap == best && both.size() > shared)) {
                            best = overlap;
                            shared = both.size();
                            bestOld = o;
                            bestNew = c;
                        }
                    }
                }
            }
            if (bestOld < 0) {
                return oldOfNew;
            }
            oldOfNew.put(bestNew, bestOld);
        }
    }

    private static Set<Integer> rows(int[] cluster, int c) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < cluster.length; i++) {
            if (cluster[i] == c) {
                rows.add(i);
            }
        }
        return new HashSet<>(rows);
    }
}
