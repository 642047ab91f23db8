package dev.winnow.curation.exports;

import com.google.common.collect.Iterators;
import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.objects.Concurrently;
import dev.winnow.curation.objects.ObjectStore;
import dev.winnow.curation.slices.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images of a selection in the order of their ids, with their boxes; a part of them is held at a time. */
final class ImageWalk implements ImageSource {

    private static final int PAGE = 1_000;
    private static final int PART = 200;

    private final VectorIndex index;
    private final ObjectStore store;
    private final String dataset;
    private final Selection selection;

    ImageWalk(VectorIndex index, ObjectStore store, String dataset, Selection selection) {
        this.index = index;
        this.store = store;
        this.dataset = dataset;
        this.selection = selection;
    }

    @Override
    public void forEach(Part consumer) throws IOException {
        switch (selection) {
            case Selection.Matching matching -> matching(matching.filter(), consumer);
            case Selection.Listed listed -> {
                try (CloseableIterator<ImageId> ids = listed.ids().get()) {
                    listed(ids, consumer);
                }
            }
        }
    }

    private void matching(Filter filter, Part consumer) throws IOException {
        // Of all images the annotated ones are listed, so that no question is asked about the others.
        Annotated annotated = filter.equals(Filter.ALL) ? new Annotated(store.list(dataset)) : null;
        ImageId from = null;
        do {
            VectorIndex.Page page = index.page(dataset, filter, PAGE, from);
            for (List<DatasetImage> part : Lists.partition(page.images(), PART)) {
                consumer.accept(withBoxes(part, annotated));
            }
            from = page.next();
        } while (from != null);
    }

    private void listed(Iterator<ImageId> ids, Part consumer) throws IOException {
        for (Iterator<List<ImageId>> parts = Iterators.partition(ids, PART); parts.hasNext(); ) {
            List<DatasetImage> part = new ArrayList<>(index.images(dataset, parts.next()));
            part.sort(Comparator.comparing(image -> image.id().value(), VectorIndex.ID_ORDER));
            consumer.accept(withBoxes(part, null));
        }
    }

    private List<ExportedImage> withBoxes(List<DatasetImage> part, @Nullable Annotated annotated) {
        List<DatasetImage> asked = annotated == null
                ? part
                : part.stream().filter(image -> annotated.has(image.id())).toList();
        List<Optional<ObjectStore.Stored>> found = Concurrently.map(asked, image -> store.find(dataset, image.id()));
        List<ExportedImage> images = new ArrayList<>(part.size());
        int next = 0;
        for (DatasetImage image : part) {
            boolean wasAsked = next < asked.size() && asked.get(next).id().equals(image.id());
            images.add(new ExportedImage(
                    image,
                    wasAsked
                            ? found.get(next++).map(ObjectStore.Stored::objects).orElse(null)
                            : null));
        }
        return images;
    }

    /** Asked for ids in ascending order. */
    private static final class Annotated {
        private final Iterator<ImageId> ids;
        private @Nullable ImageId next;
        private @Nullable ImageId last;

        Annotated(Iterator<ImageId> ids) {
            this.ids = ids;
            this.next = ids.hasNext() ? ids.next() : null;
        }

        boolean has(ImageId id) {
            if (last != null && VectorIndex.ID_ORDER.compare(last.value(), id.value()) > 0) {
                throw new IllegalStateException("expected ids in ascending order, got " + id + " after " + last);
            }
            last = id;
            while (next != null && VectorIndex.ID_ORDER.compare(next.value(), id.value()) < 0) {
                next = ids.hasNext() ? ids.next() : null;
            }
            return id.equals(next);
        }
    }
}
