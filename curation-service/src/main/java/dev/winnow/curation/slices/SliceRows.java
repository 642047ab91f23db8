package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.slices.SortedMerge.Aligned;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The images that a source comes to, ascending by id, read page by page. */
final class SliceRows {

    private static final int PAGE = 500;

    private final VectorIndex index;
    private final SliceStore store;

    SliceRows(VectorIndex index, SliceStore store) {
        this.index = index;
        this.store = store;
    }

    /** Those of the ids that are images of the dataset; the others are handed to {@code missing}. */
    CloseableIterator<SlicedImage> listed(String dataset, IdSet ids, Consumer<ImageId> missing) {
        return new Paged() {
            private int at;

            @Override
            @Nullable
            List<SlicedImage> page() {
                if (at >= ids.size()) {
                    return null;
                }
                List<ImageId> part = ids.part(at, at + PAGE);
                at += PAGE;
                List<SlicedImage> images = new ArrayList<>();
                Set<ImageId> found = new HashSet<>();
                for (DatasetImage image : index.images(dataset, part)) {
                    images.add(new SlicedImage(image));
                    found.add(image.id());
                }
                images.sort(SlicedImage.BY_ID);
                part.stream().filter(id -> !found.contains(id)).forEach(missing);
                return images;
            }
        };
    }

    /** The images of the dataset that match. */
    CloseableIterator<SlicedImage> matching(String dataset, Filter filter, Predicate<ImageId> wanted) {
        return new Paged() {
            private @Nullable ImageId from;
            private boolean ended;

            @Override
            @Nullable
            List<SlicedImage> page() {
                if (ended) {
                    return null;
                }
                VectorIndex.Page page = index.page(dataset, filter, PAGE, from);
                from = page.next();
                ended = from == null;
                return page.images().stream()
                        .filter(image -> wanted.test(image.id()))
                        .map(SlicedImage::new)
                        .toList();
            }
        };
    }

    /** A combination of versions. Where an image has changed between them, it is as in the first that has it. */
    CloseableIterator<SlicedImage> combined(
            String dataset, SliceSource.Operation operation, List<SliceVersion> versions) {
        List<CloseableIterator<SlicedImage>> sets = new ArrayList<>();
        try {
            if (operation == SliceSource.Operation.COMPLEMENT) {
                sets.add(matching(dataset, Filter.ALL, id -> true));
            }
            versions.forEach(version -> sets.add(store.open(version, null)));
        } catch (RuntimeException e) {
            sets.forEach(CloseableIterator::close);
            throw e;
        }
        int n = sets.size();
        Predicate<Aligned> condition =
                switch (operation) {
                    case UNION -> aligned -> true;
                    case INTERSECTION -> aligned -> IntStream.range(0, n).allMatch(aligned::isIn);
                    case DIFFERENCE, COMPLEMENT ->
                        aligned -> aligned.isIn(0) && IntStream.range(1, n).noneMatch(aligned::isIn);
                };
        return new SortedMerge(sets).where(condition);
    }

    /** Images that come a page at a time. */
    private abstract static class Paged implements CloseableIterator<SlicedImage> {

        private final Queue<SlicedImage> read = new ArrayDeque<>();

        /** The next page, which may be empty; null after the last one. */
        @Nullable
        abstract List<SlicedImage> page();

        @Override
        public boolean hasNext() {
            List<SlicedImage> page = Collections.emptyList();
            while (read.isEmpty() && page != null) {
                page = page();
                if (page != null) {
                    read.addAll(page);
                }
            }
            return !read.isEmpty();
        }

        @Override
        public SlicedImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return read.remove();
        }

        @Override
        public void close() {
            read.clear();
        }
    }
}
