package dev.winnow.embedding;

/** A model cannot be used: the configured one, or one that a change shall lead to. */
public final class UnusableModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnusableModelException(String message) {
        super(message);
    }

    public UnusableModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
