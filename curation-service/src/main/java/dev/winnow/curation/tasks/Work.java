package dev.winnow.curation.tasks;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.curation.ObjectSnapshot;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterFits;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.function.BiConsumer;

/**
 * What a task works on.
 *
 * @param neighbours the numeric kernel
 * @param join the nearest neighbours of all rows; approximate beyond the size that is compared in full
 * @param fits the last clusters of each dataset
 * @param sources what else it may ask for
 */
record Work(
        Snapshot snapshot,
        Neighbours neighbours,
        NeighbourJoin join,
        ClusterFits fits,
        Sources sources,
        Progress progress) {

    /** What a task may need besides its dataset. */
    interface Sources {

        /** Another dataset, its vectors of the same model. */
        Snapshot load(String dataset, Progress progress);

        /** The boxes of the dataset worked on, with their vectors of the same model. */
        ObjectSnapshot objects(Progress progress);

        /** What was decided on the duplicates of the dataset worked on. */
        Decisions decisions();

        /** Hands over the boxes of every annotated image of the dataset worked on. */
        void forEachAnnotated(BiConsumer<ImageId, ImageObjects> consumer);
    }

    /** The same with a part of its progress. */
    Work part(double from, double to) {
        return new Work(snapshot, neighbours, join, fits, sources, progress.part(from, to));
    }
}
