package dev.winnow.curation.exports;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ListChange;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.UnaskedIndex;
import dev.winnow.curation.index.VectorIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Images of several datasets in memory, without vectors. */
final class MemoryImages extends UnaskedIndex implements ObjectIndex {

    private final Map<String, NavigableMap<String, DatasetImage>> datasets = new HashMap<>();

    DatasetImage put(String dataset, String path, int width, int height, List<String> labels, @Nullable String split) {
        ImageId id = ImageId.of(new ObjectKey(dataset, path));
        Map<String, Object> identifiers = new HashMap<>(Map.of("camera", "left, \"1\"", "cluster", 3L));
        if (split != null) {
            identifiers.put(PointSchema.SPLIT, split);
        }
        DatasetImage image = new DatasetImage(
                id,
                path,
                "sha",
                255,
                "etag",
                "jpeg",
                1000,
                width,
                height,
                1.5,
                Instant.parse("2026-01-31T08:00:00Z"),
                labels,
                List.of(),
                identifiers);
        images(dataset).put(id.toString(), image);
        return image;
    }

    DatasetImage get(String dataset, String path) {
        return Objects.requireNonNull(
                images(dataset).get(ImageId.of(new ObjectKey(dataset, path)).toString()));
    }

    Collection<DatasetImage> all(String dataset) {
        return images(dataset).values();
    }

    private NavigableMap<String, DatasetImage> images(String dataset) {
        return datasets.computeIfAbsent(dataset, name -> new TreeMap<>());
    }

    @Override
    public List<ImageId> existing(String dataset, Collection<ImageId> ids) {
        return images(dataset, ids).stream().map(DatasetImage::id).toList();
    }

    /** In any order, as an index answers. */
    @Override
    public List<DatasetImage> images(String dataset, Collection<ImageId> ids) {
        return ids.stream()
                .flatMap(id -> Stream.ofNullable(images(dataset).get(id.toString())))
                .toList()
                .reversed();
    }

    @Override
    public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
        List<DatasetImage> rest = new ArrayList<>(
                from == null
                        ? images(dataset).values()
                        : images(dataset).tailMap(from.toString(), true).values());
        return rest.size() > limit
                ? new Page(rest.subList(0, limit), rest.get(limit).id())
                : new Page(rest, null);
    }

    @Override
    public void apply(String dataset, List<Change> changes) {
        for (Change change : changes) {
            for (ImageId id : change.ids()) {
                images(dataset).computeIfPresent(id.toString(), (key, image) -> changed(image, change.values()));
            }
        }
    }

    @Override
    public void edit(String dataset, List<Edit> edits) {
        for (Edit edit : edits) {
            images(dataset).computeIfPresent(edit.id().toString(), (key, image) -> {
                ListChange labels = edit.lists().getOrDefault(PointSchema.LABELS, ListChange.NONE);
                return changed(image, Map.of(PointSchema.LABELS, labels.applied(image.labels())));
            });
        }
    }

    private static DatasetImage changed(DatasetImage image, Map<String, ?> payload) {
        Map<String, Object> identifiers = new HashMap<>(image.identifiers());
        Object split = payload.get(PointSchema.SPLIT);
        if (split != null) {
            identifiers.put(PointSchema.SPLIT, split);
        }
        return new DatasetImage(
                image.id(),
                image.path(),
                image.sha256(),
                image.phash(),
                image.etag(),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.sharpness(),
                image.capturedAt(),
                texts(payload, PointSchema.LABELS, image.labels()),
                texts(payload, PointSchema.TAGS, image.tags()),
                identifiers);
    }

    private static List<String> texts(Map<String, ?> payload, String key, List<String> otherwise) {
        return payload.get(key) instanceof Collection<?> texts
                ? texts.stream().map(String::valueOf).toList()
                : otherwise;
    }

    @Override
    public SortedMap<String, Long> datasets() {
        SortedMap<String, Long> counts = new TreeMap<>();
        datasets.forEach((name, images) -> counts.put(name, (long) images.size()));
        return counts;
    }

    @Override
    public long count(String dataset, Filter filter) {
        return images(dataset).size();
    }

    @Override
    public long count(String dataset) {
        return 0;
    }

    @Override
    public ObjectIndex objects() {
        return this;
    }

    @Override
    public Optional<String> model() {
        return Optional.empty();
    }

    @Override
    public Optional<VectorIndex> of(String model) {
        return Optional.empty();
    }

    @Override
    public Optional<Served> served() {
        return Optional.empty();
    }

    @Override
    public int dimension() {
        return 0;
    }

    @Override
    public void scan(String dataset, Consumer<ObjectIndex.Embedded> consumer) {
        throw new AssertionError("no vectors");
    }
}
