package dev.winnow.curation.tasks;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;

/**
 * What a task works on.
 *
 * @param neighbours the numeric kernel
 * @param join the nearest neighbours of all rows; approximate beyond the size that is compared in full
 */
record Work(Snapshot snapshot, Neighbours neighbours, NeighbourJoin join, Progress progress) {

    /** The same with a part of its progress. */
    Work part(double from, double to) {
        return new Work(snapshot, neighbours, join, progress.part(from, to));
    }
}
