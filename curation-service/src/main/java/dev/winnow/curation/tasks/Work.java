package dev.winnow.curation.tasks;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.vectors.Neighbours;

/**
 * What a task works on.
 *
 * @param neighbours the numeric kernel
 */
record Work(Snapshot snapshot, Neighbours neighbours, Progress progress) {

    /** The same with a part of its progress. */
    Work part(double from, double to) {
        return new Work(snapshot, neighbours, progress.part(from, to));
    }
}
