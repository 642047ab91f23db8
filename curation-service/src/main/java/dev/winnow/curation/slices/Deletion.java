package dev.winnow.curation.slices;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * Deleting the files of a slice, in one of its states: {@code Asked → Confirmed → Done}. It is kept as the record of who
 * wanted what.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Deletion.Asked.class, name = "asked"),
    @JsonSubTypes.Type(value = Deletion.Confirmed.class, name = "confirmed"),
    @JsonSubTypes.Type(value = Deletion.Done.class, name = "done")
})
public sealed interface Deletion {

    Order order();

    /**
     * What was asked for.
     *
     * @param token what has to be said to confirm it
     * @param images how many the version has
     * @param madeAt when the version was made: another one may get its name and number
     * @param expiresAt until when it can be confirmed
     */
    record Order(
            String token,
            String dataset,
            String slice,
            int version,
            long images,
            Instant madeAt,
            String askedBy,
            Instant askedAt,
            Instant expiresAt) {

        boolean isOf(Slice of) {
            return of.version().version() == version
                    && of.images() == images
                    && of.note().createdAt().equals(madeAt);
        }
    }

    /** Nothing is deleted. */
    record Asked(@JsonUnwrapped Order order) implements Deletion {
        Confirmed confirm(String by, Instant now) {
            return new Confirmed(order, by, now);
        }
    }

    /** Files are being deleted, or soon will. */
    record Confirmed(@JsonUnwrapped Order order, String confirmedBy, Instant confirmedAt) implements Deletion {
        Done done(Deleted deleted, Instant now) {
            return new Done(order, deleted, now);
        }
    }

    /** The token is used up. */
    record Done(@JsonUnwrapped Order order, Deleted deleted, Instant finishedAt) implements Deletion {}

    /**
     * What came of it.
     *
     * @param deleted files that this run has deleted; of one that was begun again, those that were left
     * @param alreadyGone files that were gone before
     * @param problems files that were not deleted, the first thousand
     */
    record Deleted(
            String slice,
            int version,
            long images,
            long deleted,
            long alreadyGone,
            long problemCount,
            List<SliceProblem> problems,
            String askedBy,
            Instant askedAt,
            String confirmedBy,
            Instant confirmedAt) {}
}
