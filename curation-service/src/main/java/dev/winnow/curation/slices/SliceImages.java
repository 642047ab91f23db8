package dev.winnow.curation.slices;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.slices.SortedMerge.Aligned;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The images of slices, a page at a time: what became of them, and how two versions differ. */
@ApplicationScoped
public class SliceImages {

    private final Slices slices;
    private final SliceStore store;
    private final VectorIndex index;

    public SliceImages(Slices slices, SliceStore store, VectorIndex index) {
        this.slices = slices;
        this.store = store;
        this.index = index;
    }

    /** What became of an image since a slice was made of it. */
    public enum State {
        /** It is in the index, with the same bytes. */
        PRESENT,
        /** It is in the index, with other bytes. */
        CHANGED,
        /** It is not in the index. */
        GONE;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An image as it was, and what became of it. */
    public record Found(SlicedImage image, State state) {}

    /** Part of a version's images; {@code next} is null on the last page. */
    public record Page(List<Found> images, @Nullable ImageId next) {}

    /** The page that begins with {@code from}, or the first one. */
    public Page page(SliceVersion version, int limit, @Nullable ImageId from) {
        List<SlicedImage> part = slices.part(version, from, limit + 1);
        List<SlicedImage> images = part.size() > limit ? part.subList(0, limit) : part;
        Map<ImageId, DatasetImage> now =
                index
                        .images(
                                version.dataset(),
                                images.stream().map(SlicedImage::id).toList())
                        .stream()
                        .collect(Collectors.toMap(DatasetImage::id, Function.identity()));
        return new Page(
                images.stream()
                        .map(image -> new Found(image, state(image, now.get(image.id()))))
                        .toList(),
                part.size() > limit ? part.getLast().id() : null);
    }

    private static State state(SlicedImage then, @Nullable DatasetImage now) {
        if (now == null) {
            return State.GONE;
        }
        return now.etag().equals(then.etag()) ? State.PRESENT : State.CHANGED;
    }

    /** How an image of one version is in another. */
    public enum Change {
        /** Only in the one. */
        ADDED,
        /** Only in the other. */
        REMOVED,
        /** In both, with other bytes. */
        CHANGED;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public record Changed(ImageId id, String path, Change change) {}

    /** How many images of two versions are the same, and how many are not. */
    public record Counts(long added, long removed, long changed, long same) {}

    /**
     * What two versions differ in, ascending by id.
     *
     * @param counts of all images; null on any page but the first, where they would have to be counted anew
     * @param next null on the last page
     */
    public record Difference(
            @Nullable Counts counts,
            List<Changed> images,
            @Nullable ImageId next) {}

    /** How a version differs from another one. */
    public Difference difference(SliceVersion version, SliceVersion other, int limit, @Nullable ImageId from) {
        List<Changed> page = new ArrayList<>();
        ImageId next = null;
        Map<Change, Long> counts = new EnumMap<>(Change.class);
        long same = 0;
        try (SortedMerge merge = merge(version, other, from)) {
            while (merge.hasNext() && (from == null || next == null)) {
                Aligned aligned = merge.next();
                Change change = change(aligned);
                if (change == null) {
                    same++;
                    continue;
                }
                counts.merge(change, 1L, Long::sum);
                SlicedImage image = aligned.first();
                if (page.size() < limit) {
                    page.add(new Changed(image.id(), image.path(), change));
                } else if (next == null) {
                    next = image.id();
                }
            }
        }
        Counts all = new Counts(
                counts.getOrDefault(Change.ADDED, 0L),
                counts.getOrDefault(Change.REMOVED, 0L),
                counts.getOrDefault(Change.CHANGED, 0L),
                same);
        return new Difference(from == null ? all : null, page, next);
    }

    private SortedMerge merge(SliceVersion version, SliceVersion other, @Nullable ImageId from) {
        CloseableIterator<SlicedImage> mine = store.open(version, from);
        CloseableIterator<SlicedImage> theirs;
        try {
            theirs = store.open(other, from);
        } catch (RuntimeException e) {
            mine.close();
            throw e;
        }
        return new SortedMerge(List.of(mine, theirs));
    }

    private static @Nullable Change change(Aligned aligned) {
        SlicedImage mine = aligned.in().get(0);
        SlicedImage theirs = aligned.in().get(1);
        if (mine == null) {
            return Change.REMOVED;
        }
        if (theirs == null) {
            return Change.ADDED;
        }
        return mine.etag().equals(theirs.etag()) ? null : Change.CHANGED;
    }
}
