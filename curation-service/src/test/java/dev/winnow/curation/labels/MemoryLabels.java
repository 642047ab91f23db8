package dev.winnow.curation.labels;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.UnaskedIndex;
import dev.winnow.curation.index.VectorIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The payload of one image, in memory. */
final class MemoryLabels extends UnaskedIndex {

    final Map<String, Object> payload = new HashMap<>();
    int writes;
    boolean down;

    private final ImageId image;

    MemoryLabels(ImageId image) {
        this.image = image;
    }

    List<String> labels() {
        return texts(PointSchema.LABELS);
    }

    private List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        if (payload.get(key) instanceof Collection<?> values) {
            values.forEach(value -> texts.add(String.valueOf(value)));
        }
        return texts;
    }

    @Override
    public List<DatasetImage> images(String dataset, Collection<ImageId> ids) {
        return ids.contains(image)
                ? List.of(new DatasetImage(
                        image,
                        "a.jpg",
                        "",
                        0,
                        "",
                        "jpeg",
                        1,
                        1,
                        1,
                        1,
                        null,
                        labels(),
                        texts(PointSchema.TAGS),
                        payload))
                : List.of();
    }

    @Override
    public void apply(String dataset, List<Change> changes) {
        for (Change change : changes) {
            if (change.ids().contains(image)) {
                write(change.values(), change.removed());
            }
        }
    }

    @Override
    public void edit(String dataset, List<Edit> edits) {
        for (Edit edit : edits) {
            write(edit.values(), edit.removed());
            edit.lists().forEach((key, change) -> payload.put(key, change.applied(texts(key))));
        }
    }

    private void write(Map<String, ?> values, Set<String> removed) {
        if (down) {
            throw new DependencyUnavailableException("the index", new IOException("down"));
        }
        writes++;
        payload.putAll(values);
        payload.keySet().removeAll(removed);
    }

    @Override
    public Optional<String> model() {
        return Optional.of("m");
    }

    @Override
    public Optional<VectorIndex> of(String model) {
        return Optional.of(this);
    }

    @Override
    public Optional<Served> served() {
        return Optional.of(new Served("m", this));
    }

    @Override
    public SortedMap<String, Long> datasets() {
        return new TreeMap<>(Map.of("d", 1L));
    }

    @Override
    public long count(String dataset, Filter filter) {
        return 1;
    }
}
