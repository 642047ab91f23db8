package dev.winnow.curation.snapshots;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.vectors.Vectors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of the datasets that jobs worked on last, one matrix a dataset and model. Only what a point's entity tag
 * vouches for is kept: id, tag and vector. Labels, tags and splits are not, for others change them and nobody tells. Holds
 * at most the bytes it was given; the least recently used dataset goes first, and one that alone has more is not kept.
 *
 * <p>What goes is given back when the garbage collector finds that no job holds it either.
 */
public final class VectorCache {

    /** An id, a tag and their places in lists, on the heap. */
    private static final int BYTES_AN_IMAGE = 192;

    private final long maxBytes;
    /** From the least to the most recently used. */
    private final LinkedHashMap<Key, Kept> entries = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    public VectorCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private record Key(String dataset, String model) {}

    /** What is kept, and which of its images were written or removed since. */
    private record Kept(Rows rows, Set<ImageId> touched) {}

    /**
     * Vectors with the names of their points.
     *
     * @param ids the image of each row
     * @param etags the entity tag of the bytes that each row was made of
     */
    public record Rows(List<ImageId> ids, List<String> etags, Vectors vectors) {

        public Rows {
            ids = List.copyOf(ids);
            etags = List.copyOf(etags);
            if (ids.size() != vectors.size() || etags.size() != vectors.size()) {
                throw new IllegalArgumentException("expected an id and a tag for each of " + vectors.size() + " rows");
            }
        }

        long bytes() {
            return vectors.bytes() + (long) BYTES_AN_IMAGE * ids.size();
        }

        /** The row of each image. */
        Map<ImageId, Integer> rowOf() {
            Map<ImageId, Integer> rows = HashMap.newHashMap(ids.size());
            for (int row = 0; row < ids.size(); row++) {
                rows.put(ids.get(row), row);
            }
            return rows;
        }
    }

    /**
     * What is known of a dataset.
     *
     * @param touched images whose points were written or removed since the rows were read, as far as events have told
     */
    public record Known(Rows rows, Set<ImageId> touched) {}

    /** The rows of a dataset as they were read last. */
    public synchronized Optional<Known> find(String dataset, String model) {
        return Optional.ofNullable(entries.get(new Key(dataset, model)))
                .map(kept -> new Known(kept.rows, Set.copyOf(kept.touched)));
    }

    /**
     * Keeps rows that were just read, and forgets which images were touched before.
     *
     * @param seen what was known to be touched before they were read; what was touched meanwhile still is
     */
    public synchronized void keep(String dataset, String model, Rows rows, Set<ImageId> seen) {
        Key key = new Key(dataset, model);
        Kept before = remove(key);
        if (rows.bytes() > maxBytes) {
            return;
        }
        Iterator<Map.Entry<Key, Kept>> leastRecent = entries.entrySet().iterator();
        while (bytes + rows.bytes() > maxBytes && leastRecent.hasNext()) {
            bytes -= leastRecent.next().getValue().rows.bytes();
            leastRecent.remove();
        }
        Set<ImageId> meanwhile = new HashSet<>(before == null ? Set.of() : before.touched);
        meanwhile.removeAll(seen);
        entries.put(key, new Kept(rows, meanwhile));
        bytes += rows.bytes();
    }

    /** An outcome says that this image's point was written, or removed. */
    public synchronized void touched(String dataset, ImageId image) {
        entries.entrySet().removeIf(entry -> {
            if (!entry.getKey().dataset.equals(dataset)) {
                return false;
            }
            Kept kept = entry.getValue();
            kept.touched.add(image);
            boolean worthless =
                    kept.touched.size() > Math.max(1_000, kept.rows.ids().size());
            bytes -= worthless ? kept.rows.bytes() : 0;
            return worthless;
        });
    }

    /** Forgets everything. */
    public synchronized void clear() {
        entries.clear();
        bytes = 0;
    }

    /** The memory of all that is kept, as it counts against the limit. */
    public synchronized long bytes() {
        return bytes;
    }

    private @Nullable Kept remove(Key key) {
        Kept kept = entries.remove(key);
        bytes -= kept == null ? 0 : kept.rows.bytes();
        return kept;
    }
}
