package dev.winnow.cli.terminal;

/** Something a person has to know and can act on. The message is shown as it is, without a stack trace. */
public final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
