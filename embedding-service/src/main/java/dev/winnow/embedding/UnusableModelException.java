package dev.winnow.embedding;

/** The configured model cannot be used. The service does not start with it. */
public final class UnusableModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableModelException(String message) {
        super(message);
    }

    UnusableModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
