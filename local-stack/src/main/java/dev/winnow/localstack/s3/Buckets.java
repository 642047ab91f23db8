package dev.winnow.localstack.s3;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What the journal's lines come to: the buckets with their objects in key order, and the uploads under way. */
final class Buckets {

    /** Keys are ordered as their UTF-8 bytes are, which is the order of the code points. */
    static final Comparator<String> KEY_ORDER = Buckets::compareCodePoints;

    /**
     * A bucket.
     *
     * @param created in milliseconds since the epoch
     */
    record Bucket(String name, long created, String access, ConcurrentSkipListMap<String, StoredObject> objects) {}

    /** An upload under way with its parts by number. */
    record Upload(Change.UploadBegun begun, ConcurrentSkipListMap<Integer, StoredPart> parts) {}

    private final Map<String, Bucket> buckets = new ConcurrentSkipListMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    /** Follows one line of the journal. */
    void apply(Change change) {
        switch (change) {
            case Change.BucketSet(String name, long created, String access) -> {
                Bucket old = buckets.get(name);
                buckets.put(
                        name,
                        new Bucket(
                                name,
                                created,
                                access,
                                old == null ? new ConcurrentSkipListMap<>(KEY_ORDER) : old.objects()));
            }
            case Change.BucketRemoved(String name) -> {
                buckets.remove(name);
                uploads.values().removeIf(upload -> upload.begun().bucket().equals(name));
            }
            case Change.ObjectStored stored -> {
                objects(stored.bucket()).put(stored.key(), stored.object());
                if (stored.upload() != null) {
                    uploads.remove(stored.upload());
                }
            }
            case Change.ObjectRemoved removed -> objects(removed.bucket()).remove(removed.key());
            case Change.ObjectShared(String bucket, String key, boolean publicRead) ->
                objects(bucket)
                        .computeIfPresent(
                                key,
                                (same, object) -> new StoredObject(
                                        key,
                                        object.file(),
                                        object.size(),
                                        object.eTag(),
                                        object.modified(),
                                        object.headers(),
                                        object.metadata(),
                                        publicRead));
            case Change.UploadBegun begun ->
                uploads.put(begun.upload(), new Upload(begun, new ConcurrentSkipListMap<>()));
            case Change.PartStored(String id, StoredPart part) -> {
                Upload upload = uploads.get(id);
                if (upload != null) {
                    upload.parts().put(part.number(), part);
                }
            }
            case Change.UploadAborted(String id) -> uploads.remove(id);
        }
    }

    private ConcurrentSkipListMap<String, StoredObject> objects(String bucket) {
        Bucket found = buckets.get(bucket);
        return found == null ? new ConcurrentSkipListMap<>() : found.objects();
    }

    /** In the order of their names. */
    Collection<Bucket> all() {
        return buckets.values();
    }

    @Nullable
    Bucket bucket(String name) {
        return buckets.get(name);
    }

    @Nullable
    Upload upload(String id) {
        return uploads.get(id);
    }

    Collection<Upload> uploads() {
        return uploads.values();
    }

    /**
     * The shortest journal that comes to the same.
     *
     * @param untold lines the topic has still to be told of, oldest first; they are kept as well
     */
    List<Change> lines(List<Change.Told> untold) {
        List<Change> lines = new ArrayList<>();
        for (Bucket bucket : buckets.values()) {
            lines.add(new Change.BucketSet(bucket.name(), bucket.created(), bucket.access()));
        }
        // First what has been replaced or removed since, so that applying the rest gives the state of now.
        lines.addAll(untold);
        for (Bucket bucket : buckets.values()) {
            for (StoredObject object : bucket.objects().values()) {
                lines.add(new Change.ObjectStored(0, "", bucket.name(), object, null));
            }
        }
        for (Upload upload : uploads.values()) {
            lines.add(upload.begun());
            for (StoredPart part : upload.parts().values()) {
                lines.add(new Change.PartStored(upload.begun().upload(), part));
            }
        }
        return lines;
    }

    private static int compareCodePoints(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Characters beyond the first 65,536 come as two that sort, as they are, before U+E000.
                boolean xBeyond = Character.isSurrogate(x);
                boolean yBeyond = Character.isSurrogate(y);
                return xBeyond == yBeyond ? x - y : xBeyond ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
