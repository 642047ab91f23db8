package dev.winnow.curation.frontier;

/** The frontier of a dataset is being made. The request was sound; it is worth repeating. */
public final class NotReadyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotReadyException(String dataset) {
        super("the frontier of dataset '" + dataset + "' is being made");
    }
}
