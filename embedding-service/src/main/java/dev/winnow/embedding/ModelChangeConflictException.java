package dev.winnow.embedding;

/** A step of a change of model that is not the next one. The message says what is in the way and what can be done. */
public final class ModelChangeConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long missing;

    ModelChangeConflictException(String message) {
        this(message, 0);
    }

    ModelChangeConflictException(String message, long missing) {
        super(message);
        this.missing = missing;
    }

    /** How many images the next model has no vector of, where that is in the way. */
    public long missing() {
        return missing;
    }
}
