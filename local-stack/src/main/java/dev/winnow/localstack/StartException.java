package dev.winnow.localstack;

/** Why the stack cannot run, in one line for the person who started it. */
final class StartException extends RuntimeException {

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
