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
}
