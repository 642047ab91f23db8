package dev.winnow.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Files as they come off a request, one after the other, none of them held. */
public interface FileSequence {

    /**
     * Moves to the next file, skipping what is left of the present one.
     *
     * @return false at the end
     * @throws MalformedException if the sequence cannot be followed any further
     */
    boolean advance() throws IOException;

    /** The name the present file came with: hostile until it has been an {@code ObjectKey}. */
    String name();

    /** Why the present entry is no file at all, for example a link. */
    Optional<String> refusal();

    /** The most bytes the present file can have, as far as is known. */
    long sizeBound();

    /** Copies the present file. */
    void writeTo(OutputStream sink) throws IOException;

    /** The sequence itself, not one of its files, is broken. */
    final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String problem;

        public MalformedException(String problem, Throwable cause) {
            super(problem, cause);
            this.problem = problem;
        }

        /** What was expected and what was found instead. */
        public String problem() {
            return problem;
        }
    }
}
