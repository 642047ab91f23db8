package dev.winnow.curation.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Lists;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageEvent.ImageAnnotated;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.ImageEvents;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.AnnotationReport;
import dev.winnow.curation.labels.CsvTable;
import dev.winnow.curation.labels.ImageEditing;
import dev.winnow.curation.objects.Drafts.Draft;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Boxes from a file. For each image that the file names, its boxes are written into the bucket, and then an event makes
 * the worker look at it. What cannot be used is reported item by item, and disturbs no other; an image of which no box
 * can be used stays as it is. A file can be sent again at any time, and leads to the same end.
 */
@ApplicationScoped
public class ObjectImport {

    private static final int PART = 200;

    private final Datasets datasets;
    private final VectorIndex index;
    private final ObjectStore store;
    private final HistoryStore history;
    private final ImageEvents events;
    private final ObjectMapper json;
    private final ImageLabels imageLabels;

    public ObjectImport(
            Datasets datasets,
            VectorIndex index,
            ObjectStore store,
            HistoryStore history,
            ImageEditing editing,
            ImageEvents events,
            ObjectMapper json) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
        this.history = history;
        this.events = events;
        this.json = json;
        this.imageLabels = new ImageLabels(index, editing);
    }

    /** What happens to the boxes that an image has already. */
    public enum Mode {
        /** They are replaced, all of them. */
        REPLACE,
        /** They stay, but for those of the same id. */
        MERGE
    }

    /** Something that could not be used: where the file says it, of which image, and what was expected. */
    public record Problem(String item, String path, String reason) {}

    /**
     * @param boxes how many the file has
     * @param images how many images were written
     * @param objects how many of the file's boxes were written
     * @param labelled of how many images the file gave labels, tags or a split, which were written
     * @param problemCount how many items could not be used
     * @param problems the first thousand of them
     */
    public record Imported(
            long boxes, int images, long objects, int labelled, long problemCount, List<Problem> problems)
            implements AnnotationReport {}

    /** Reads COCO's JSON and writes its boxes; {@code by} says who does, null for nobody. */
    public Imported importCoco(String dataset, InputStream file, Mode mode, @Nullable String by) throws IOException {
        datasets.get(dataset);
        Author author = Author.of(by, "coco");
        return write(dataset, CocoReader.read(file, json), mode, author);
    }

    /** Reads a CSV file and writes its boxes, likewise. */
    public Imported importCsv(String dataset, CsvTable file, Mode mode, @Nullable String by) {
        datasets.get(dataset);
        Author author = Author.of(by, "csv");
        return write(dataset, ObjectCsv.read(file), mode, author);
    }

    /** Reads Label Studio's tasks and writes their boxes and choices. */
    public Imported importLabelStudio(String dataset, InputStream file, Mode mode, @Nullable String by)
            throws IOException {
        datasets.get(dataset);
        return write(
                dataset,
                new LabelStudioReader(json, new PathSearch(dataset, index)).read(file),
                mode,
                Author.of(by, "label-studio"));
    }

    /** Reads an archive of YOLO's files and writes their boxes. */
    public Imported importYolo(String dataset, InputStream archive, Mode mode, @Nullable String by) throws IOException {
        datasets.get(dataset);
        return write(
                dataset,
                new YoloReader(json, new PathSearch(dataset, index)).read(archive),
                mode,
                Author.of(by, "yolo"));
    }

    /** Reads an archive of Pascal VOC's files, or one of these, and writes their boxes. */
    public Imported importVoc(String dataset, InputStream file, Mode mode, @Nullable String by) throws IOException {
        datasets.get(dataset);
        return write(
                dataset, new VocReader(json, new PathSearch(dataset, index)).read(file), mode, Author.of(by, "voc"));
    }

    private Imported write(String dataset, Drafts drafts, Mode mode, Author author) {
        if (!drafts.categories.isEmpty()) {
            store.saveCategories(dataset, store.categories(dataset).with(drafts.categories));
        }
        Instant now = Instant.now();
        int images = 0;
        long objects = 0;
        int labelled = 0;
        for (List<Drafts.OfImage> part : Lists.partition(List.copyOf(drafts.images.values()), PART)) {
            Map<DatasetImage, Drafts.OfImage> found = found(dataset, part, drafts.problems);
            labelled += imageLabels.write(dataset, found, mode, author, drafts.problems);
            List<ImageObjects> usable = usable(dataset, found, drafts.problems, author, now);
            history.append(
                    dataset,
                    usable.stream()
                            .map(image -> HistoryEntry.ofBoxes(
                                    ImageId.of(image.key()),
                                    now,
                                    author,
                                    image.objects().size()))
                            .toList());
            List<Optional<String>> refused = Concurrently.map(usable, image -> save(image, mode));
            List<ImageObjects> saved = new ArrayList<>();
            for (int i = 0; i < usable.size(); i++) {
                ImageObjects image = usable.get(i);
                refused.get(i)
                        .ifPresentOrElse(
                                reason -> drafts.problems.add("image", image.path(), reason), () -> saved.add(image));
            }
            // The boxes are in the bucket: now the worker may look.
            events.publish(saved.stream()
                    .map(image -> new ImageAnnotated(image.key(), now))
                    .toList());
            images += saved.size();
            objects += saved.stream().mapToLong(image -> image.objects().size()).sum();
        }
        return new Imported(drafts.boxes, images, objects, labelled, drafts.problems.count(), drafts.problems.first());
    }

    /** The images that a part of the drafts is about. */
    private Map<DatasetImage, Drafts.OfImage> found(String dataset, List<Drafts.OfImage> part, Problems problems) {
        Map<ImageId, Drafts.OfImage> named = new LinkedHashMap<>();
        for (Drafts.OfImage draft : part) {
            try {
                named.put(ImageId.of(new ObjectKey(dataset, draft.path)), draft);
            } catch (InvalidNameException e) {
                problems.add(draft.item, draft.path, e.expected());
            }
        }
        Map<ImageId, DatasetImage> known = index.images(dataset, named.keySet()).stream()
                .collect(Collectors.toMap(DatasetImage::id, Function.identity()));
        Map<DatasetImage, Drafts.OfImage> found = new LinkedHashMap<>();
        named.forEach((id, draft) -> {
            DatasetImage image = known.get(id);
            if (image == null) {
                problems.add(draft.item, draft.path, "no such image in the index");
            } else if (draft.size != null && !draft.size.equals(new Extras.Size(image.width(), image.height()))) {
                problems.add(
                        draft.item,
                        draft.path,
                        "expected %d x %d pixels, the upright picture's, got %d x %d"
                                .formatted(image.width(), image.height(), draft.size.width(), draft.size.height()));
            } else {
                found.put(image, draft);
            }
        });
        return found;
    }

    /** What can be written of the boxes of some images. */
    private List<ImageObjects> usable(
            String dataset, Map<DatasetImage, Drafts.OfImage> found, Problems problems, Author author, Instant now) {
        List<ImageObjects> usable = new ArrayList<>();
        found.forEach((image, draft) -> {
            ImageObjects written = written(dataset, image, draft, problems, author, now);
            if (written != null) {
                usable.add(written);
            }
        });
        return usable;
    }

    private @Nullable ImageObjects written(
            String dataset, DatasetImage image, Drafts.OfImage draft, Problems problems, Author author, Instant now) {
        Map<String, ObjectBox> objects = new LinkedHashMap<>();
        for (Draft box : draft.boxes) {
            try {
                Box pixels = box.pixels(image);
                String id = box.id() == null ? ObjectBox.idFor(image.id(), box.label(), pixels) : box.id();
                ObjectBox object = new ObjectBox(
                        id, box.label(), pixels, tree(box.attributes()), author.source(), now, author.by());
                ObjectEditing.checkVisible(image, object.box());
                if (box.id() != null && objects.containsKey(id)) {
                    throw new IllegalArgumentException("expected an id once in an image, got '" + id + "' twice");
                }
                objects.put(id, object);
            } catch (IllegalArgumentException e) {
                problems.add(box.item(), draft.path, String.valueOf(e.getMessage()));
            }
        }
        if (objects.isEmpty() && (draft.incomplete || !draft.annotated || !draft.boxes.isEmpty())) {
            return null;
        }
        try {
            return new ImageObjects(dataset, draft.path, List.copyOf(objects.values()), tree(draft.attributes));
        } catch (IllegalArgumentException e) {
            problems.add(draft.item, draft.path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Writes the boxes of an image; returns why that cannot be, if so. */
    private Optional<String> save(ImageObjects image, Mode mode) {
        return switch (mode) {
            case REPLACE -> {
                store.write(image);
                yield Optional.empty();
            }
            case MERGE -> merge(image);
        };
    }

    private Optional<String> merge(ImageObjects image) {
        while (true) {
            ObjectStore.@Nullable Stored stored =
                    store.find(image.dataset(), ImageId.of(image.key())).orElse(null);
            try {
                store.replace(stored == null ? image : merged(stored.objects(), image), etag(stored));
                return Optional.empty();
            } catch (ConcurrentEditException e) {
                // Somebody else was faster: what they wrote is to be merged with, too.
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
    }

    private static @Nullable String etag(ObjectStore.@Nullable Stored stored) {
        return stored == null ? null : stored.etag();
    }

    private static ImageObjects merged(ImageObjects older, ImageObjects newer) {
        Map<String, ObjectBox> objects = new LinkedHashMap<>();
        older.objects().forEach(object -> objects.put(object.id(), object));
        newer.objects().forEach(object -> objects.put(object.id(), object));
        ObjectNode attributes = older.attributes();
        if (newer.attributes() != null) {
            attributes = attributes == null
                    ? newer.attributes()
                    : attributes.deepCopy().setAll(newer.attributes());
        }
        return new ImageObjects(newer.dataset(), newer.path(), List.copyOf(objects.values()), attributes);
    }

    private @Nullable ObjectNode tree(@Nullable String text) {
        try {
            return text == null ? null : json.readValue(text, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot read what was written: " + text, e);
        }
    }
}
