package dev.winnow.curation.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.snapshots.VectorCache.Rows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorCacheTest {

    private static final long BYTES = rows(10).bytes();

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        VectorCache cache = new VectorCache(3 * BYTES);
        for (String dataset : List.of("a", "b", "c")) {
            cache.keep(dataset, "m", rows(10), Set.of());
        }
        assertThat(cache.find("a", "m")).isPresent();
        cache.keep("d", "m", rows(10), Set.of());
        assertThat(cache.find("b", "m")).isEmpty();
        assertThat(cache.find("a", "m")).isPresent();
        assertThat(cache.find("c", "m")).isPresent();
        assertThat(cache.bytes()).isEqualTo(3 * BYTES);
    }

    @Test
    void whatIsLargerThanAllThereIsIsNotKept() {
        VectorCache cache = new VectorCache(2 * BYTES);
        cache.keep("a", "m", rows(10), Set.of());
        cache.keep("b", "m", rows(30), Set.of());
        assertThat(cache.find("b", "m")).isEmpty();
        assertThat(cache.find("a", "m")).isPresent();
        // The old rows of a dataset that has grown are of no use either.
        cache.keep("a", "m", rows(30), Set.of());
        assertThat(cache.find("a", "m")).isEmpty();
        assertThat(cache.bytes()).isZero();
        VectorCache none = new VectorCache(0);
        none.keep("a", "m", rows(1), Set.of());
        assertThat(none.find("a", "m")).isEmpty();
    }

    @Test
    void modelsAndDatasetsAreKeptApart() {
        VectorCache cache = new VectorCache(10 * BYTES);
        cache.keep("a", "m", rows(10), Set.of());
        assertThat(cache.find("a", "n")).isEmpty();
        cache.keep("a", "n", rows(3), Set.of());
        cache.touched("b", id(1));
        assertThat(cache.find("a", "m").orElseThrow().touched()).isEmpty();
        cache.touched("a", id(1));
        assertThat(cache.find("a", "m").orElseThrow().touched()).containsExactly(id(1));
        assertThat(cache.find("a", "n").orElseThrow().touched()).containsExactly(id(1));
    }

    @Test
    void whatIsTouchedWhileItIsReadStaysTouched() {
        VectorCache cache = new VectorCache(10 * BYTES);
        cache.keep("a", "m", rows(10), Set.of());
        cache.touched("a", id(1));
        Set<ImageId> seen = cache.find("a", "m").orElseThrow().touched();
        cache.touched("a", id(2));
        cache.keep("a", "m", rows(10), seen);
        assertThat(cache.find("a", "m").orElseThrow().touched()).containsExactly(id(2));
    }

    @Test
    void whereMoreWasTouchedThanIsKeptAllIsForgotten() {
        VectorCache cache = new VectorCache(10 * BYTES);
        cache.keep("a", "m", rows(10), Set.of());
        IntStream.range(0, 1_000).forEach(i -> cache.touched("a", id(i)));
        assertThat(cache.find("a", "m")).isPresent();
        cache.touched("a", id(1_000));
        assertThat(cache.find("a", "m")).isEmpty();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void rowsWithoutNamesAreRefused() {
        Vectors two = Vectors.of(2, Collections.nCopies(2, new float[] {1, 0}));
        assertThatThrownBy(() -> new Rows(List.of(id(1)), List.of("e", "f"), two))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Rows rows(int size) {
        return new Rows(
                IntStream.range(0, size).mapToObj(VectorCacheTest::id).toList(),
                Collections.nCopies(size, "etag"),
                Vectors.of(4, Collections.nCopies(size, new float[] {1, 2, 3, 4})));
    }

    private static ImageId id(int number) {
        return ImageId.ofRawKey("d/" + number);
    }
}
