package dev.winnow.curation.slices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.jobs.MemoryIndex;
import dev.winnow.curation.slices.SliceSource.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Combinations of slices, against those of {@link Set}. */
class SliceSetTest {

    static final SliceNote NOTE = new SliceNote(
            "m",
            JsonNodeFactory.instance.objectNode().put("kind", "ids"),
            null,
            new Watermark(0, new Freshness(0, 0, Instant.EPOCH)),
            Instant.EPOCH,
            "someone",
            null);

    private final MemorySlices store = new MemorySlices();
    private final SliceRows rows = new SliceRows(new MemoryIndex(TestVectors.snapshot(List.of())), store);

    static SlicedImage image(UUID id, String etag) {
        return new SlicedImage(new ImageId(id), id + ".jpg", "sha", etag, "jpeg", 1, 1, 1, List.of(), List.of());
    }

    private SliceVersion slice(String name, Set<UUID> ids) {
        SliceVersion version = new SliceName("d", name).at(1);
        store.put(version, NOTE, ids.stream().map(id -> image(id, name)).toList());
        return version;
    }

    private List<UUID> combined(Operation operation, List<SliceVersion> versions) {
        List<UUID> ids = new ArrayList<>();
        try (CloseableIterator<SlicedImage> images = rows.combined("d", operation, versions)) {
            images.forEachRemaining(image -> ids.add(image.id().value()));
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void combinesAsSetsDo(long seed) {
        Random random = new Random(seed);
        // Ids with either highest bit, since those are the ones that signed comparisons put in another order.
        List<UUID> all = IntStream.range(0, 200)
                .mapToObj(i -> new UUID(random.nextLong(), random.nextLong()))
                .toList();
        int n = 2 + random.nextInt(4);
        List<Set<UUID>> sets = new ArrayList<>();
        List<SliceVersion> versions = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double share = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            Set<UUID> set = new HashSet<>();
            all.stream().filter(id -> random.nextDouble() < share).forEach(set::add);
            sets.add(set);
            versions.add(slice("s" + i, set));
        }
        Set<UUID> union = new HashSet<>();
        sets.forEach(union::addAll);
        Set<UUID> intersection = new HashSet<>(sets.getFirst());
        sets.forEach(intersection::retainAll);
        Set<UUID> difference = new HashSet<>(sets.getFirst());
        sets.subList(1, n).forEach(difference::removeAll);

        assertThat(combined(Operation.UNION, versions)).isEqualTo(sorted(union));
        assertThat(combined(Operation.INTERSECTION, versions)).isEqualTo(sorted(intersection));
        assertThat(combined(Operation.DIFFERENCE, versions)).isEqualTo(sorted(difference));
    }

    private static List<UUID> sorted(Set<UUID> ids) {
        return ids.stream().map(UUID::toString).sorted().map(UUID::fromString).toList();
    }

    @Test
    void anImageIsAsTheFirstSliceHasIt() {
        UUID id = new UUID(1, 2);
        List<SliceVersion> versions = List.of(slice("new", Set.of(id)), slice("old", Set.of(id)));
        try (CloseableIterator<SlicedImage> images = rows.combined("d", Operation.UNION, versions)) {
            assertThat(images.next().etag()).isEqualTo("new");
            assertThat(images.hasNext()).isFalse();
        }
    }

    @Test
    void namesAreHostile() {
        for (String name : List.of("", "A", "../a", "a/b", ".winnow", "a b", "a@1", "x".repeat(64), "ä")) {
            assertThatThrownBy(() -> new SliceName("d", name)).isInstanceOf(InvalidParameterException.class);
        }
        for (String dataset : List.of("", "..", "d/e", ".winnow", "D")) {
            assertThatThrownBy(() -> new SliceName(dataset, "a")).isInstanceOf(NotFoundException.class);
        }
        for (String ref : List.of("a@", "a@x", "@1", "a@1@2", "a@99999999999", "../b@1")) {
            assertThatThrownBy(() -> SliceRef.parse("union[0]", "d", ref))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageStartingWith("union[0]: expected");
        }
        assertThat(SliceRef.parse("other", "d", "a@12").version()).isEqualTo(12);
    }

    @Test
    void foldersAreHostile() {
        for (String prefix :
                List.of("", "/", "a//b", "../a", "a/..", ".winnow", ".winnow/slices", ".winnow/", "a\\b", "a\nb")) {
            assertThatThrownBy(() -> new Destination(null, prefix))
                    .as(prefix)
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageStartingWith("to.prefix: expected");
        }
        assertThatThrownBy(() -> new Destination("B", "a")).hasMessageStartingWith("to.bucket: expected");
        assertThatThrownBy(() -> new Destination(null, "pets/").checkOurs("pets"))
                .hasMessageStartingWith("to.prefix");
        assertThatThrownBy(() -> new Destination(null, "Pets").checkOurs("pets"))
                .hasMessageStartingWith("to.prefix");
    }
}
