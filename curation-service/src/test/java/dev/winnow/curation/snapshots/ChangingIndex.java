package dev.winnow.curation.snapshots;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.UnaskedIndex;
import dev.winnow.curation.index.VectorIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One dataset in memory, which changes between and, if told so, within two questions; counts the vectors it hands out. */
final class ChangingIndex extends UnaskedIndex {

    private static final int PAGE = 7;

    private final TreeMap<ImageId, Embedded> points = new TreeMap<>(Comparator.comparing(ImageId::value));
    private Runnable afterPayloads = () -> {};
    private int vectorsRead;
    private String model = "m";

    void put(DatasetImage image, float[] vector) {
        points.put(image.id(), new Embedded(image, vector));
    }

    void remove(ImageId image) {
        points.remove(image);
    }

    Embedded get(ImageId image) {
        return Objects.requireNonNull(points.get(image));
    }

    List<ImageId> ids() {
        return new ArrayList<>(points.keySet());
    }

    /** Runs once when all payloads have been handed out. */
    void afterPayloads(Runnable change) {
        afterPayloads = change;
    }

    void activate(String other) {
        model = other;
    }

    int vectorsRead() {
        return vectorsRead;
    }

    @Override
    public Optional<String> model() {
        return Optional.of(model);
    }

    @Override
    public Optional<VectorIndex> of(String name) {
        return name.equals(model) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public long count(String dataset, Filter filter) {
        return points.size();
    }

    @Override
    public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
        List<DatasetImage> rest = (from == null ? points : points.tailMap(from))
                .values().stream().map(Embedded::image).toList();
        if (rest.size() > PAGE) {
            return new Page(rest.subList(0, PAGE), rest.get(PAGE).id());
        }
        Runnable change = afterPayloads;
        afterPayloads = () -> {};
        Page last = new Page(rest, null);
        change.run();
        return last;
    }

    @Override
    public List<Embedded> embedded(String dataset, Collection<ImageId> ids) {
        List<Embedded> found =
                ids.stream().filter(points::containsKey).map(this::get).toList();
        vectorsRead += found.size();
        return found;
    }

    @Override
    public void scan(String dataset, Filter filter, Consumer<Embedded> consumer) {
        vectorsRead += points.size();
        points.values().forEach(consumer);
    }

    @Override
    public SortedMap<String, Long> datasets() {
        return new TreeMap<>(Map.of("d", (long) points.size()));
    }

    @Override
    public Optional<Served> served() {
        return Optional.of(new Served("m", this));
    }
}
