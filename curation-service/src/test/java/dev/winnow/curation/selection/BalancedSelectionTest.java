package dev.winnow.curation.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BalancedSelectionTest {

    private static final BalancedSelection SELECTION = new BalancedSelection(new Neighbours());

    @Property
    void quotasFillTheBudgetAsEquallyAsTheGroupsAllow(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 40) Integer> sizes,
            @ForAll @IntRange(max = 200) int n) {
        Map<String, List<Integer>> groups = new HashMap<>();
        for (int g = 0; g < sizes.size(); g++) {
            groups.put("g" + g, IntStream.range(0, sizes.get(g)).boxed().toList());
        }
        SortedMap<String, Integer> quotas = BalancedSelection.quotas(groups, n);
        int available = sizes.stream().mapToInt(Integer::intValue).sum();
        assertThat(quotas.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(Math.min(n, available));
        int most = quotas.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        quotas.forEach((group, quota) -> {
            int size = groups.getOrDefault(group, List.of()).size();
            assertThat(quota).isLessThanOrEqualTo(size);
            // Only a group that gave all it has may stay more than one behind.
            assertThat(quota == size || quota >= most - 1).isTrue();
        });
    }

    @Test
    void coversEachGroup() {
        // Four tight bunches in one group: four choices must be one of each.
        Vectors vectors = Vectors.of(16, TestVectors.clustered(new int[] {40, 5, 3, 2}, 16, 0.05, 4));
        List<Integer> all = IntStream.range(0, 50).boxed().toList();
        List<Integer> chosen =
                SELECTION.select(vectors, Map.of("all", all), 4, Progress.NONE).get("all");
        assertThat(chosen)
                .extracting(row -> row < 40 ? 0 : row < 45 ? 1 : row < 48 ? 2 : 3)
                .containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void takesEverythingWhenAskedForIt() {
        Vectors vectors = Vectors.of(4, TestVectors.random(20, 4, 5));
        Map<String, List<Integer>> groups = Map.of(
                "a", IntStream.range(0, 17).boxed().toList(),
                "b", IntStream.range(17, 20).boxed().toList());
        SortedMap<String, List<Integer>> chosen = SELECTION.select(vectors, groups, 20, Progress.NONE);
        assertThat(chosen.values().stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 20).boxed().toList());
    }
}
