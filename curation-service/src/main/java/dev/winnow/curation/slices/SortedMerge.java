package dev.winnow.curation.slices;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several sets of images side by side, image by image in the order of their ids. Each of the sets is read once and holds one
 * image in memory.
 */
final class SortedMerge implements CloseableIterator<SortedMerge.Aligned> {

    private final List<CloseableIterator<SlicedImage>> sets;
    /** The next image of each set; null at its end. */
    private final @Nullable SlicedImage[] heads;

    /** An image, and how each set has it; null in the place of a set that has it not. */
    record Aligned(List<@Nullable SlicedImage> in) {

        boolean isIn(int set) {
            return in.get(set) != null;
        }

        /** The image as the first set has it that has it. */
        SlicedImage first() {
            for (SlicedImage image : in) {
                if (image != null) {
                    return image;
                }
            }
            throw new IllegalStateException("in no set");
        }
    }

    /** Takes the sets over: closing this closes them. */
    SortedMerge(List<CloseableIterator<SlicedImage>> sets) {
        this.sets = List.copyOf(sets);
        this.heads = new SlicedImage[sets.size()];
        try {
            for (int set = 0; set < heads.length; set++) {
                advance(set);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void advance(int set) {
        CloseableIterator<SlicedImage> its = sets.get(set);
        SlicedImage before = heads[set];
        SlicedImage next = its.hasNext() ? its.next() : null;
        if (before != null && next != null && SlicedImage.BY_ID.compare(before, next) >= 0) {
            throw new IllegalStateException("ids out of order: " + before.id() + ", " + next.id());
        }
        heads[set] = next;
    }

    @Override
    public boolean hasNext() {
        for (SlicedImage head : heads) {
            if (head != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Aligned next() {
        SlicedImage least = null;
        for (SlicedImage head : heads) {
            if (head != null && (least == null || SlicedImage.BY_ID.compare(head, least) < 0)) {
                least = head;
            }
        }
        if (least == null) {
            throw new NoSuchElementException();
        }
        @Nullable SlicedImage[] in = new SlicedImage[heads.length];
        for (int set = 0; set < heads.length; set++) {
            SlicedImage head = heads[set];
            if (head != null && head.id().equals(least.id())) {
                in[set] = head;
                advance(set);
            }
        }
        return new Aligned(Collections.unmodifiableList(Arrays.asList(in)));
    }

    /** The images of which the sets that have them fulfil a condition. */
    CloseableIterator<SlicedImage> where(Predicate<Aligned> condition) {
        SortedMerge merge = this;
        return new CloseableIterator<>() {
            private @Nullable SlicedImage next;

            @Override
            public boolean hasNext() {
                while (next == null && merge.hasNext()) {
                    Aligned aligned = merge.next();
                    if (condition.test(aligned)) {
                        next = aligned.first();
                    }
                }
                return next != null;
            }

            @Override
            public SlicedImage next() {
                SlicedImage image = hasNext() ? next : null;
                if (image == null) {
                    throw new NoSuchElementException();
                }
                next = null;
                return image;
            }

            @Override
            public void close() {
                merge.close();
            }
        };
    }

    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        for (CloseableIterator<SlicedImage> set : sets) {
            try {
                set.close();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}
