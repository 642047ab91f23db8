package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.VectorIndex;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Slices in memory. */
public final class MemorySlices implements SliceStore {

    private record Kept(SliceNote note, List<SlicedImage> images) {}

    private final Map<SliceName, NavigableMap<Integer, Kept>> slices = new ConcurrentHashMap<>();
    private final Map<SliceName, Integer> retired = new ConcurrentHashMap<>();

    private NavigableMap<Integer, Kept> of(SliceName slice) {
        return slices.computeIfAbsent(slice, name -> new TreeMap<>());
    }

    private Kept kept(SliceVersion version) {
        Kept kept = of(version.slice()).get(version.version());
        if (kept == null) {
            throw new NotFoundException("slice", version);
        }
        return kept;
    }

    /** Puts a version where there is none. */
    public void put(SliceVersion version, SliceNote note, List<SlicedImage> images) {
        of(version.slice())
                .put(
                        version.version(),
                        new Kept(note, images.stream().sorted(SlicedImage.BY_ID).toList()));
    }

    @Override
    public List<Integer> versions(SliceName slice) {
        return List.copyOf(of(slice).keySet());
    }

    @Override
    public int retired(SliceName slice) {
        return Objects.requireNonNullElse(retired.get(slice), 0);
    }

    @Override
    public List<SliceVersion> latest(String dataset, @Nullable String after, int limit) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<Slice> find(SliceVersion version) {
        return Optional.ofNullable(of(version.slice()).get(version.version()))
                .map(kept -> new Slice(version, kept.images.size(), kept.note));
    }

    @Override
    public CloseableIterator<SlicedImage> open(SliceVersion version, @Nullable ImageId from) {
        return iterator(kept(version).images.stream()
                .filter(image ->
                        from == null || VectorIndex.ID_ORDER.compare(image.id().value(), from.value()) >= 0)
                .toList());
    }

    static CloseableIterator<SlicedImage> iterator(List<SlicedImage> images) {
        Iterator<SlicedImage> iterator = images.iterator();
        return new CloseableIterator<>() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public SlicedImage next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public InputStream file(SliceVersion version) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void delete(SliceName slice, int last) {
        retired.put(slice, last);
        slices.remove(slice);
    }

    @Override
    public Draft draft(SliceNote note) {
        List<SlicedImage> images = new ArrayList<>();
        return new Draft() {
            @Override
            public void add(SlicedImage image) {
                images.add(image);
            }

            @Override
            public long complete() {
                return images.size();
            }

            @Override
            public CloseableIterator<SlicedImage> images() {
                return iterator(images);
            }

            @Override
            public boolean save(SliceVersion version) {
                return of(version.slice()).putIfAbsent(version.version(), new Kept(note, List.copyOf(images))) == null;
            }

            @Override
            public void close() {}
        };
    }
}
