package dev.winnow.curation;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import java.util.List;

/** Asks the worker to look at failed images once more, after their cause was mended. */
public interface FailureReplay {

    /**
     * Publishes an image event for each failure whose key is a valid name; the others can never succeed.
     *
     * @return how many were published, all of them acknowledged
     */
    int replay(List<ImageRejected> failures);
}
