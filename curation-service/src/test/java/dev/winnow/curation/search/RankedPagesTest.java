package dev.winnow.curation.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.search.RankedPages.Page;
import dev.winnow.curation.search.RankedPages.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankedPagesTest {

    /** What is there, and may change between two pages. */
    private final List<Ranked> points = new ArrayList<>();

    private final Random random = new Random(9);

    /** The best so many; among equals whichever chance chooses, as an index does. */
    private List<Ranked> rank(int limit) {
        List<Ranked> shuffled = new ArrayList<>(points);
        Collections.shuffle(shuffled, random);
        shuffled.sort((a, b) -> Float.compare(b.similarity(), a.similarity()));
        return shuffled.subList(0, Math.min(limit, shuffled.size()));
    }

    private Ranked point(int similarities) {
        return new Ranked(new UUID(random.nextLong(), random.nextLong()), random.nextInt(similarities) / 1000f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 100, 1000})
    void pagesAreTheWholeRankingInItsOrder(int similarities) {
        for (int size : new int[] {0, 1, 2, 7, 60}) {
            points.clear();
            for (int i = 0; i < size; i++) {
                points.add(point(similarities));
            }
            for (int limit : new int[] {1, 3, 7, 100}) {
                List<Ranked> seen = new ArrayList<>();
                Position end = null;
                do {
                    Page page = RankedPages.page(this::rank, end, limit);
                    seen.addAll(page.hits());
                    end = page.end();
                    assertThat(page.hits().size()).isLessThanOrEqualTo(limit);
                } while (end != null);
                assertThat(seen).isEqualTo(reference());
            }
        }
    }

    /** By definition: the larger similarity, and of equal ones the id that is smaller as text. */
    private List<Ranked> reference() {
        List<Ranked> sorted = new ArrayList<>(points);
        sorted.sort((a, b) -> a.similarity() != b.similarity()
                ? Float.compare(b.similarity(), a.similarity())
                : a.id().toString().compareTo(b.id().toString()));
        return sorted;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 1000})
    void whatComesAndGoesInBetweenMovesNothingElse(int similarities) {
        for (int trial = 0; trial < 30; trial++) {
            points.clear();
            for (int i = 0; i < 60; i++) {
                points.add(point(similarities));
            }
            Set<Ranked> stayed = new HashSet<>(points);
            Set<Ranked> came = new HashSet<>();
            List<Ranked> seen = new ArrayList<>();
            Position end = null;
            do {
                Page page = RankedPages.page(this::rank, end, 7);
                seen.addAll(page.hits());
                end = page.end();
                for (int i = 0; i < random.nextInt(12) && came.size() < 100; i++) {
                    Ranked arrival = point(similarities);
                    points.add(arrival);
                    came.add(arrival);
                }
                for (int i = 0; i < random.nextInt(3); i++) {
                    stayed.remove(points.remove(random.nextInt(points.size())));
                }
            } while (end != null);
            assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo(RankedPages.BEST_FIRST);
            assertThat(seen).containsAll(stayed);
        }
    }

    @Test
    void aPlaceBeyondTheDeepestIsRefused() {
        Position far = new Position(new Ranked(new UUID(1, 1), 0.5f), RankedPages.DEEPEST);
        assertThatThrownBy(() -> RankedPages.page(this::rank, far, 10))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("cursor");
    }
}
