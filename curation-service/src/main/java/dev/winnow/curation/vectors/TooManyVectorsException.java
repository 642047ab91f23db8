package dev.winnow.curation.vectors;

/** A dataset larger than one matrix holds. */
public final class TooManyVectorsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyVectorsException(int size, int dimension) {
        super("%d vectors of dimension %d need %d MiB, one matrix holds 2048"
                .formatted(size, dimension, (4L * size * dimension) >> 20));
    }
}
