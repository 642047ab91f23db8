package dev.winnow.curation;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Asks the worker to look at failed images once more, after their cause was mended. */
@ApplicationScoped
public class FailureReplay {

    private static final Logger LOG = Logger.getLogger(FailureReplay.class);

    private final ImageEvents events;

    FailureReplay(ImageEvents events) {
        this.events = events;
    }

    /**
     * Publishes an image event for each failure whose key is a valid name; the others can never succeed. The worker is
     * level-triggered, so the event's own details do not matter.
     *
     * @return how many were published, all of them acknowledged
     */
    public int replay(List<ImageRejected> failures) {
        List<ImageStored> again = new ArrayList<>();
        for (ImageRejected failure : failures) {
            try {
                ObjectKey key = new ObjectKey(failure.dataset(), failure.path());
                String etag = failure.etag() == null ? "unknown" : failure.etag();
                again.add(new ImageStored(key, etag, 0, Instant.now()));
            } catch (InvalidNameException e) {
                LOG.debugf("event=not-replayed path=\"%s\" reason=\"%s\"", failure.path(), e.expected());
            }
        }
        events.publish(again);
        return again.size();
    }
}
