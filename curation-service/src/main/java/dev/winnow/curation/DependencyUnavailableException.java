package dev.winnow.curation;

/** A server this service stands on does not answer. The request was sound; it is worth repeating. */
public final class DependencyUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param dependency its name for a person, for example {@code Qdrant} */
    public DependencyUnavailableException(String dependency, Throwable cause) {
        super(dependency + " does not answer", cause);
    }
}
