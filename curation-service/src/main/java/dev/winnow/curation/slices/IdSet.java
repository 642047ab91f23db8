package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.index.VectorIndex;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Distinct ids in their order. About 40 bytes an id. */
public final class IdSet {

    private final UUID[] sorted;

    public IdSet(Collection<ImageId> ids) {
        sorted = ids.stream()
                .map(ImageId::value)
                .distinct()
                .sorted(VectorIndex.ID_ORDER)
                .toArray(UUID[]::new);
    }

    public int size() {
        return sorted.length;
    }

    boolean contains(ImageId id) {
        return Arrays.binarySearch(sorted, id.value(), VectorIndex.ID_ORDER) >= 0;
    }

    /** The ids of the places {@code from} to {@code to}, or to the last one. */
    List<ImageId> part(int from, int to) {
        return Arrays.stream(sorted, from, Math.min(to, sorted.length))
                .map(ImageId::new)
                .toList();
    }
}
