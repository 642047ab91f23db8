package dev.winnow.ingest;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent;

/** Where the rest of the suite hears of images. Sending does not wait, so that many events can be under way at once. */
public interface ImageEvents {

    Publication publish(ImageEvent event);

    /** Records that an object of the bucket is no image, on the dead-letter topic. */
    Publication publish(ImageRejected rejection);

    /** Records that an object which was rejected here is gone, so that its failure is over. */
    Publication publish(EmbeddingRemoved removal);

    /** An event under way. */
    interface Publication {
        /**
         * Returns once the event cannot be lost any more.
         *
         * @throws UnavailableException if that could not be had; the event may or may not arrive
         */
        void await();
    }
}
