package dev.winnow.curation.slices;

import dev.winnow.contract.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * The image files, for the two things that are done with them on behalf of a slice. Both look at the file as it is now, and do
 * nothing unless its entity tag is the one expected. They throw {@link dev.winnow.curation.DependencyUnavailableException}
 * while the store does not answer.
 */
public interface BucketImages {

    /** What came of a request for one file. */
    enum Outcome {
        DONE,
        /** The file is gone. */
        GONE,
        /** The file has other bytes than expected. */
        CHANGED,
        /** The copy is there already. */
        ALREADY_THERE,
        /** Something else is where the copy was to be. */
        OCCUPIED,
        /** The store permits it not. */
        REFUSED
    }

    /** @param detail what the store said, where it refused; otherwise empty */
    record Answer(Outcome outcome, String detail) {
        public Answer(Outcome outcome) {
            this(outcome, "");
        }
    }

    /** Whether that is the bucket of the images; null is. */
    boolean isOurs(@Nullable String bucket);

    /** Whether there is such a bucket; the images' own need not exist yet. */
    boolean exists(String bucket);

    /**
     * Copies a file within the store, without overwriting anything.
     *
     * @param bucket where to; null for the images' own
     */
    Answer copy(ObjectKey from, String etag, @Nullable String bucket, String to);

    /** Deletes a file. */
    Answer delete(ObjectKey key, String etag);
}
