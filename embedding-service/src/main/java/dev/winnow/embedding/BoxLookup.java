package dev.winnow.embedding;

import dev.winnow.contract.ObjectBox;
import dev.winnow.embedding.BoxStore.UnreadableBoxesException;
import dev.winnow.embedding.PointStore.KnownImage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Finds the boxes of an image where it may have some, and asks for nothing where it cannot: images without boxes are
 * nearly all there are.
 */
@ApplicationScoped
public class BoxLookup {

    private static final Logger LOG = Logger.getLogger(BoxLookup.class);

    /**
     * How old it may be what is known of a dataset. It does no harm: the first box of an image can only be written when the
     * image has a point, and its own event follows.
     */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final BoxStore store;
    private final double padding;
    private final LongSupplier nanos;
    private final Map<String, Answer> annotated = new ConcurrentHashMap<>();

    @Inject
    BoxLookup(BoxStore store, WinnowConfig config) {
        this(store, config.objects().padding(), System::nanoTime);
    }

    BoxLookup(BoxStore store, double padding, LongSupplier nanos) {
        if (!(padding >= 0 && padding <= 10)) {
            throw new IllegalArgumentException("winnow.objects.padding: expected 0 to 10, got " + padding);
        }
        this.store = store;
        this.padding = padding;
        this.nanos = nanos;
    }

    private record Answer(boolean any, long at) {}

    /** Around each box, see {@link dev.winnow.contract.Box#within}. */
    double padding() {
        return padding;
    }

    /**
     * The boxes of an image as they are now.
     *
     * @param known the image's point
     * @param points those of its boxes, of the same model
     * @param others the image's points of other models
     */
    Boxes find(
            ImageChange change,
            Optional<KnownImage> known,
            ObjectPointStore points,
            Stream<Optional<KnownImage>> others) {
        boolean hadBoxes = hadBoxes(known);
        if (!change.annotated()
                && !hadBoxes
                && others.noneMatch(BoxLookup::hadBoxes)
                && (known.isPresent() || !isAnnotated(change))) {
            return Boxes.notAsked(change.key());
        }
        try {
            Optional<BoxStore.StoredBoxes> stored = store.find(change.key());
            List<ObjectBox> boxes =
                    stored.map(found -> found.objects().objects()).orElse(List.of());
            // Without the image's point there is none of its boxes: it is written first, and removed last.
            boolean mayHavePoints = known.isPresent() && (hadBoxes || !boxes.isEmpty());
            return new Boxes(
                    change.key(),
                    true,
                    stored.map(BoxStore.StoredBoxes::etag).orElse(""),
                    boxes,
                    mayHavePoints ? points.known(change.image()) : Map.of(),
                    padding);
        } catch (UnreadableBoxesException e) {
            // Nothing is known of the boxes, so nothing is done about their points.
            LOG.warnf("boxes of %s: %s", change.key(), e.getMessage());
            return Boxes.notAsked(change.key());
        }
    }

    private static boolean hadBoxes(Optional<KnownImage> known) {
        return known.isPresent() && known.get().boxes().count() > 0;
    }

    /** Whether any image of the dataset has boxes. Asked by many at the same time, answered by one request for all. */
    private boolean isAnnotated(ImageChange change) {
        return annotated.compute(
                        change.key().dataset(),
                        (dataset, before) -> before != null && nanos.getAsLong() - before.at < FRESH_NANOS
                                ? before
                                : new Answer(store.hasAny(dataset), nanos.getAsLong()))
                .any;
    }

    /** Removes the boxes of an image that is gone, where it may have some. */
    void forget(ImageChange change, Optional<KnownImage> known) {
        if (change.annotated() || hadBoxes(known) || isAnnotated(change)) {
            store.remove(change.key());
        }
    }
}
