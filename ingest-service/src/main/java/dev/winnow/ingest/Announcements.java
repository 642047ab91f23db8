package dev.winnow.ingest;

import dev.winnow.contract.ObjectKey;
import dev.winnow.ingest.ImageEvents.Publication;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this process has told of lately by itself, so that the store's notification of the same object needs no second event,
 * and no second look by a worker. Forgetting does no harm: then the event is sent twice.
 */
public final class Announcements {

    /** As many as there may be between an upload and its notification while the broker is behind. */
    private static final int MOST = 10_000;

    private final Map<ObjectKey, Announcement> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectKey, Announcement> eldest) {
            return size() > MOST;
        }
    };

    private record Announcement(String etag, Publication publication) {}

    /** Notes that an event of an object, stored with this entity tag, is under way. */
    public synchronized void add(ObjectKey key, String etag, Publication publication) {
        // As the newest, also where the key is known.
        recent.remove(key);
        recent.put(key, new Announcement(etag, publication));
    }

    /**
     * The event that has told of what a notification tells of. It is given once only: each event stands for one change, and
     * the same bytes may be stored again after others.
     *
     * @return empty if nothing was told, or of other bytes
     */
    public synchronized Optional<Publication> take(ObjectKey key, String etag) {
        Announcement announcement = recent.remove(key);
        return announcement != null && announcement.etag().equals(etag)
                ? Optional.of(announcement.publication())
                : Optional.empty();
    }

    /** Something else has become of the object. */
    public synchronized void forget(ObjectKey key) {
        recent.remove(key);
    }
}
