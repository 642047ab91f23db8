package dev.winnow.ingest;

/**
 * A dependency does not answer, or there is no room for the request at present. Nothing is wrong with the request: the
 * same one will work later.
 */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnavailableException(String what) {
        super(what);
    }

    public UnavailableException(String what, Throwable cause) {
        super(what, cause);
    }

    /** What happened, for the log, on one line: some clients put the whole exchange into their messages. */
    public String summary() {
        String summary = String.valueOf(getMessage());
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            String line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            summary += ": " + cause.getClass().getSimpleName() + " " + line.substring(0, Math.min(200, line.length()));
        }
        return summary;
    }
}
