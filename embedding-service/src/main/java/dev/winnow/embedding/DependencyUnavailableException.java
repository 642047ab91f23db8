package dev.winnow.embedding;

import org.jspecify.annotations.Nullable;

/** Object store, vector database or broker do not answer as they should. Not the image's fault: wait and try again. */
public final class DependencyUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says which dependency it is and what it was asked for. */
    public DependencyUnavailableException(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
