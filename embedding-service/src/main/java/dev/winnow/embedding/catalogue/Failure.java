package dev.winnow.embedding.catalogue;

/** Something a person has to know and can act on. The message is shown as it is, without a stack trace. */
final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The exit code where the command itself was wrong: an unknown name, options that exclude each other. */
    static final int USAGE = 2;

    private final int exitCode;

    Failure(String message) {
        super(message);
        this.exitCode = 1;
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = 1;
    }

    private Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command was given what it cannot mean. */
    static Failure usage(String message) {
        return new Failure(USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
