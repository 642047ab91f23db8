package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximate;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximation;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import org.jspecify.annotations.Nullable;

/** The nearest neighbours of all rows: exact up to a stated size, beyond it approximate, which the result says. */
public final class NeighbourJoin {

    private final Neighbours neighbours;
    private final int exactUpTo;

    /** @param exactUpTo the largest number of vectors whose pairs are all compared */
    public NeighbourJoin(Neighbours neighbours, int exactUpTo) {
        this.neighbours = neighbours;
        this.exactUpTo = exactUpTo;
    }

    /**
     * The neighbours of all rows.
     *
     * @param approximation how they were approximated; null where they are exact
     */
    public record Joined(Nearest nearest, @Nullable Approximation approximation) {}

    /** The kernel it runs on. */
    public Neighbours neighbours() {
        return neighbours;
    }

    /** The {@code k} nearest other rows of every row, best first; k is cut to one less than the size. */
    public Joined join(Vectors vectors, int k, long seed, Progress progress) {
        if (vectors.size() <= exactUpTo) {
            return new Joined(neighbours.join(vectors, k, progress), null);
        }
        Approximate found = new ApproximateNeighbours(neighbours).join(vectors, k, seed, progress);
        return new Joined(found.nearest(), found.approximation());
    }
}
