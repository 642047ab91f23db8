package dev.winnow.curation.objects;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Boxes in memory. */
public final class MemoryObjects implements ObjectStore {

    private final SortedMap<String, ImageObjects> stored = new ConcurrentSkipListMap<>();
    private final Map<String, Categories> categories = new ConcurrentHashMap<>();

    @Override
    public Optional<Stored> find(String dataset, ImageId image) {
        ImageObjects found = stored.get(ImageObjects.storedAt(dataset, image));
        return Optional.ofNullable(found).map(objects -> new Stored(objects, etag(objects)));
    }

    @Override
    public String write(ImageObjects objects) {
        stored.put(ImageObjects.storedAt(objects.dataset(), ImageId.of(objects.key())), objects);
        return etag(objects);
    }

    @Override
    public String replace(ImageObjects objects, @Nullable String etag) {
        String there = find(objects.dataset(), ImageId.of(objects.key()))
                .map(Stored::etag)
                .orElse(null);
        if (!Objects.equals(there, etag)) {
            throw new ConcurrentEditException();
        }
        return write(objects);
    }

    @Override
    public Iterator<ImageId> list(String dataset) {
        List<ImageId> images = stored.keySet().stream()
                .filter(key -> key.startsWith(ImageObjects.prefix(dataset)))
                .map(key -> ImageObjects.imageOf(dataset, key))
                .toList();
        return images.iterator();
    }

    @Override
    public Categories categories(String dataset) {
        return categories.getOrDefault(dataset, Categories.NONE);
    }

    @Override
    public void saveCategories(String dataset, Categories its) {
        categories.put(dataset, its);
    }

    private static String etag(ImageObjects objects) {
        return Integer.toHexString(objects.hashCode());
    }
}
