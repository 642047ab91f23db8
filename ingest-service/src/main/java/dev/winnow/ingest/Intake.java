package dev.winnow.ingest;

import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.ImageEvents.Publication;
import java.time.Clock;

/**
 * Takes one image in: look at its bytes, store them, say so. The order is what makes it safe: an event without its object
 * would be a lie, while an object without its event is found by the store's own notification or by the {@link Reconciler}.
 */
public final class Intake {

    private final ImageStore store;
    private final ImageEvents events;
    private final Announcements announcements;
    private final ImageLimits limits;
    private final Clock clock;

    public Intake(ImageStore store, ImageEvents events, Announcements announcements, ImageLimits limits, Clock clock) {
        this.store = store;
        this.events = events;
        this.announcements = announcements;
        this.limits = limits;
        this.clock = clock;
    }

    public ImageLimits limits() {
        return limits;
    }

    /** Stores {@code file} if it is an acceptable image. The event is then under way, not yet acknowledged. */
    public Outcome store(ObjectKey key, byte[] file) {
        return switch (ImageHeader.inspect(file, limits)) {
            case Rejection rejection -> new Outcome.Refused(rejection);
            case ImageHeader header -> {
                String etag = store.put(key, file, header.format());
                Publication publication = events.publish(new ImageStored(key, etag, file.length, clock.instant()));
                announcements.add(key, etag, publication);
                yield new Outcome.Stored(key, header, etag, file.length, publication);
            }
        };
    }

    /**
     * Removes an image. The event is sent even if there was no object: a client that repeats a request whose event failed
     * finds the object gone already, and the index has to hear of it all the same.
     *
     * @return whether there was an object
     */
    public boolean remove(ObjectKey key) {
        boolean existed = store.exists(key);
        if (existed) {
            store.remove(key);
        }
        events.publish(new ImageRemoved(key, clock.instant())).await();
        return existed;
    }

    /** What became of a file. */
    public sealed interface Outcome {

        /** In the bucket; nothing is promised to the client before {@code publication} has been awaited. */
        record Stored(ObjectKey key, ImageHeader header, String etag, long bytes, Publication publication)
                implements Outcome {}

        /** Not an image Winnow can use; nothing was stored. */
        record Refused(Rejection rejection) implements Outcome {}
    }
}
