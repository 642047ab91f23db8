package dev.winnow.curation.objects;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageEvent.ImageAnnotated;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.ImageEvents;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The boxes of one image, read and edited. */
@ApplicationScoped
public class ObjectEditing {

    private static final String SOURCE = "api";

    private final Datasets datasets;
    private final ObjectStore store;
    private final HistoryStore history;
    private final ImageEvents events;

    ObjectEditing(Datasets datasets, ObjectStore store, HistoryStore history, ImageEvents events) {
        this.datasets = datasets;
        this.store = store;
        this.history = history;
        this.events = events;
    }

    /** A box as somebody wants it; without an id it gets one. What else was read of a box may be sent back with it. */
    @JsonIgnoreProperties({"point", "source", "at", "by"})
    public record Wanted(
            @Nullable String id,
            @Nullable String label,
            @Nullable Box box,
            @Nullable ObjectNode attributes) {}

    /**
     * The boxes of an image; empty where nobody has annotated it.
     *
     * @throws dev.winnow.curation.NotFoundException if there is no such image
     */
    public Optional<ObjectStore.Stored> find(String dataset, ImageId id) {
        return store.find(dataset, datasets.image(dataset, id).image().id());
    }

    /**
     * Makes these the boxes of an image, all or none, and lets the worker look. A box that stays as it was keeps its date
     * and its source.
     *
     * @param by who does so; null for nobody
     * @param ifMatch the entity tag the caller saw; null to replace whatever is there
     * @throws InvalidParameterException if one of the boxes is none
     * @throws ConcurrentEditException if the boxes are not those the caller saw
     */
    public ObjectStore.Stored replace(
            String dataset, ImageId id, List<Wanted> wanted, @Nullable String ifMatch, @Nullable String by) {
        Author author = Author.of(by, SOURCE);
        DatasetImage image = datasets.image(dataset, id).image();
        Optional<ObjectStore.Stored> stored = store.find(dataset, id);
        if (ifMatch != null && !stored.map(ObjectStore.Stored::etag).equals(Optional.of(ifMatch))) {
            throw new ConcurrentEditException();
        }
        Instant now = Instant.now();
        Map<String, ObjectBox> before = stored.map(found -> found.objects().objects()).orElse(List.of()).stream()
                .collect(Collectors.toMap(ObjectBox::id, Function.identity()));
        List<ObjectBox> objects = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            ObjectBox object = object(image, wanted.get(i), "objects[" + i + "]", author, now);
            ObjectBox older = before.get(object.id());
            objects.add(older != null && saysTheSame(older, object) ? older : object);
        }
        ImageObjects edited;
        try {
            edited = new ImageObjects(
                    dataset,
                    image.path(),
                    objects,
                    stored.map(found -> found.objects().attributes()).orElse(null));
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("objects", String.valueOf(e.getMessage()));
        }
        history.append(dataset, List.of(HistoryEntry.ofBoxes(image.id(), now, author, objects.size())));
        String etag = ifMatch == null ? store.write(edited) : store.replace(edited, ifMatch);
        events.publish(List.of(new ImageAnnotated(new ObjectKey(dataset, image.path()), now)));
        return new ObjectStore.Stored(edited, etag);
    }

    private static ObjectBox object(
            DatasetImage image, @Nullable Wanted wanted, String field, Author author, Instant now) {
        if (wanted == null || wanted.label == null || wanted.box == null) {
            throw new InvalidParameterException(
                    field, "expected {\"label\": …, \"box\": [x, y, width, height]}, and maybe id and attributes");
        }
        try {
            checkVisible(image, wanted.box);
            String id = wanted.id == null ? ObjectBox.idFor(image.id(), wanted.label, wanted.box) : wanted.id;
            return new ObjectBox(id, wanted.label, wanted.box, wanted.attributes, author.source(), now, author.by());
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(field, String.valueOf(e.getMessage()));
        }
    }

    private static boolean saysTheSame(ObjectBox a, ObjectBox b) {
        return a.label().equals(b.label()) && a.box().equals(b.box()) && Objects.equals(a.attributes(), b.attributes());
    }

    /** @throws IllegalArgumentException if less than a pixel of the box lies in the picture */
    static void checkVisible(DatasetImage image, Box box) {
        if (box.within(image.width(), image.height(), 0).isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a box of which at least a pixel lies in the picture of %d x %d, got %s"
                            .formatted(image.width(), image.height(), box.numbers()));
        }
    }
}
