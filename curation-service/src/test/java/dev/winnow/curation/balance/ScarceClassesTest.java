package dev.winnow.curation.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.balance.ScarceClasses.Likely;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ScarceClassesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final int K = 7;

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void fewerThanHalfOfTheMeanIsScarce() {
        assertThat(ScarceClasses.among(Map.of("a", 100, "b", 80, "c", 9, "d", 5, "e", 9)))
                .containsExactly("d", "c", "e");
        assertThat(ScarceClasses.among(Map.of("a", 5, "b", 5))).isEmpty();
        assertThat(ScarceClasses.among(Map.of())).isEmpty();
    }

    @Test
    void findsTheUnlabelledMembersOfAScarceClass() {
        Vectors vectors = Vectors.of(24, TestVectors.clustered(new int[] {120, 90, 24}, 24, 0.3, 6));
        List<List<String>> labels = IntStream.range(0, 234)
                .mapToObj(row -> row % 3 != 0 ? List.<String>of() : List.of(row < 120 ? "a" : row < 210 ? "b" : "c"))
                .toList();
        List<Likely> likely = new ScarceClasses(NEIGHBOURS)
                .likely(vectors, labels, List.of("c"), K, 100, Progress.NONE)
                .getOrDefault("c", List.of());
        assertThat(likely.subList(0, 16)).allMatch(one -> one.row() >= 210 && one.likelihood() > 0.9);
        assertThat(likely).allMatch(one -> labels.get(one.evidence()).contains("c"));
    }

    @Test
    void votesAreDistanceWeightedShares() {
        Vectors images = Vectors.of(8, TestVectors.random(20, 8, 1));
        Vectors labelled = Vectors.of(8, TestVectors.random(60, 8, 2));
        List<List<String>> labels = IntStream.range(0, 60)
                .mapToObj(row -> row % 4 == 0 ? List.of("a", "b") : List.of(row % 4 == 1 ? "b" : "c"))
                .toList();
        NeighbourVotes votes = new NeighbourVotes(NEIGHBOURS, images, labelled, labels, K, Progress.NONE);
        for (int image = 0; image < 20; image++) {
            int its = image;
            List<Integer> order = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
            order.sort(Comparator.comparingDouble(row -> -images.similarity(its, labelled, row)));
            double first = 1 - images.similarity(its, labelled, order.get(0));
            double last = 1 - images.similarity(its, labelled, order.get(K - 1));
            Map<String, Double> expected = new HashMap<>();
            double all = 0;
            for (int row : order.subList(0, K)) {
                double weight = (last - (1 - images.similarity(its, labelled, row))) / (last - first);
                all += weight;
                labels.get(row).forEach(label -> expected.merge(label, weight, Double::sum));
            }
            double sum = all;
            double mass =
                    expected.values().stream().mapToDouble(Double::doubleValue).sum();
            votes.of(image).forEach((label, share) -> assertThat(share)
                    .isCloseTo(expected.getOrDefault(label, 0.0) / sum, within(1e-4)));
            double entropy = expected.values().stream()
                    .filter(weight -> weight > 0)
                    .mapToDouble(weight -> -weight / mass * Math.log(weight / mass))
                    .sum();
            assertThat(votes.uncertainty(image)).isCloseTo(entropy / Math.log(K), within(1e-3));
        }
    }

    @Test
    void worksOnNextToNothing() {
        float[] one = {1, 2};
        for (int size : new int[] {0, 1, 2, 20}) {
            Vectors equal = Vectors.of(2, Collections.nCopies(size, one));
            for (int labelled : new int[] {0, 1, size}) {
                List<List<String>> labels = IntStream.range(0, size)
                        .mapToObj(row -> row < labelled ? List.of("a") : List.<String>of())
                        .toList();
                List<Likely> likely = new ScarceClasses(NEIGHBOURS)
                        .likely(equal, labels, List.of("a"), K, 5, Progress.NONE)
                        .getOrDefault("a", List.of());
                assertThat(likely).hasSize(labelled == 0 ? 0 : Math.min(5, Math.max(0, size - labelled)));
                assertThat(likely).allMatch(each -> each.likelihood() == 1);
            }
        }
    }
}
