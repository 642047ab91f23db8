package dev.winnow.ingest;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A bucket that can be taken away. */
final class InMemoryImageStore implements ImageStore {

    final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final AtomicInteger lookups = new AtomicInteger();
    volatile boolean down;

    @Override
    public String put(ObjectKey key, byte[] file, ImageFormat format) {
        checkUp();
        objects.put(key.toString(), file);
        return etag(file);
    }

    @Override
    public boolean exists(ObjectKey key) {
        checkUp();
        lookups.incrementAndGet();
        return objects.containsKey(key.toString());
    }

    @Override
    public void remove(ObjectKey key) {
        checkUp();
        objects.remove(key.toString());
    }

    @Override
    public URI presignPut(ObjectKey key, Duration expiry) {
        return URI.create("memory:" + ImageFormat.JPEG);
    }

    @Override
    public Iterator<StoredObject> list(String dataset) {
        return listPrefix(dataset + "/");
    }

    @Override
    public Iterator<StoredObject> listBoxes(String dataset) {
        return listPrefix(ImageObjects.prefix(dataset));
    }

    private Iterator<StoredObject> listPrefix(String prefix) {
        checkUp();
        List<StoredObject> page = objects.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .map(e -> new StoredObject(e.getKey(), etag(e.getValue()), e.getValue().length))
                .toList();
        return page.iterator();
    }

    @Override
    public Set<String> topLevelNames() {
        Set<String> names = new TreeSet<>();
        objects.keySet().forEach(key -> names.add(key.substring(0, key.indexOf('/'))));
        return names;
    }

    static String etag(byte[] file) {
        return Integer.toHexString(Arrays.hashCode(file));
    }

    private void checkUp() {
        if (down) {
            throw new UnavailableException("the store is down");
        }
    }
}
