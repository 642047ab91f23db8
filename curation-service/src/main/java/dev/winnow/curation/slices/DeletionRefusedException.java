package dev.winnow.curation.slices;

/** A token that is a deletion's, and does not hold any more. */
public final class DeletionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeletionRefusedException(String reason) {
        super(reason);
    }
}
