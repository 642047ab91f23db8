package dev.winnow.curation.search;

/** A query image or text that cannot be embedded, with the embedding service's own answer. */
public final class NotEmbeddableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String problem;

    /**
     * @param status the HTTP status
     * @param problem the body, problem+json
     */
    public NotEmbeddableException(int status, String problem) {
        super(problem);
        this.status = status;
        this.problem = problem;
    }

    public int status() {
        return status;
    }

    public String problem() {
        return problem;
    }
}
