package dev.winnow.curation.tasks;

import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterFits;
import dev.winnow.curation.vectors.Neighbours;

/**
 * What a task works on.
 *
 * @param neighbours the numeric kernel
 * @param fits the last clusters of each dataset
 */
record Work(Snapshot snapshot, Neighbours neighbours, ClusterFits fits, Progress progress) {

    /** The same with a part of its progress. */
    Work part(double from, double to) {
        return new Work(snapshot, neighbours, fits, progress.part(from, to));
    }
}
