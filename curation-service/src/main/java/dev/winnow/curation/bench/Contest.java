package dev.winnow.curation.bench;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.clusters.SphericalKMeans;
import dev.winnow.curation.clusters.density.Hdbscan;
import dev.winnow.curation.clusters.density.Metric;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.selection.Candidates;
import dev.winnow.curation.selection.Limits;
import dev.winnow.curation.selection.SubsetSelection;
import dev.winnow.curation.selection.SubsetSelection.Objectives;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import dev.winnow.curation.vectors.Vectors;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One task that is done by us and by others, with how good what comes out is. A further one needs a line in {@link #all}, and
 * a function of its name in {@code models/bench_curate.py}; without that, ours stands alone.
 *
 * @param name of the task, here and in the script
 * @param what is done, for a person
 * @param most rows it is done on
 * @param quality what {@link #ours} returns, for a person; others return the same
 * @param ours does it and returns its quality
 */
record Contest(String name, String what, int most, String quality, ToDoubleFunction<Vectors> ours) {

    static final int NEIGHBOURS = 10;
    static final int CENTRES = 256;
    static final int ROUNDS = 20;
    static final double NEAR = 0.95;
    static final int MIN_CLUSTER_SIZE = 10;
    static final int CLASSES = 100;
    static final int CENTRES_CHOSEN = 1_000;
    static final int FACILITIES = 5_000;
    static final long SEED = 42;

    /** All there are, in the order they are run. */
    static List<Contest> all(Neighbours kernel) {
        return List.of(
                new Contest(
                        "neighbours",
                        "exact " + NEIGHBOURS + " nearest neighbours of all",
                        50_000,
                        "mean similarity",
                        vectors -> neighbours(kernel, vectors)),
                new Contest(
                        "k_means",
                        "k-means, k " + CENTRES + ", " + ROUNDS + " rounds from the same rows",
                        100_000,
                        "mean similarity to centre",
                        vectors -> kMeans(kernel, vectors)),
                new Contest(
                        "near_duplicates",
                        "groups of a similarity of " + NEAR,
                        20_000,
                        "images in groups but the first of each",
                        vectors -> nearDuplicates(new NeighbourJoin(kernel, Integer.MAX_VALUE), vectors)),
                new Contest(
                        "hdbscan",
                        "HDBSCAN, clusters of " + MIN_CLUSTER_SIZE,
                        5_000,
                        "clusters",
                        vectors -> hdbscan(kernel, vectors)),
                new Contest(
                        "linear_probe",
                        "linear probe, " + CLASSES + " classes, 5 folds",
                        50_000,
                        "accuracy",
                        vectors -> linearProbe(kernel, vectors)),
                new Contest(
                        "k_center",
                        "k-center greedy, " + CENTRES_CHOSEN + " chosen",
                        100_000,
                        "coverage radius",
                        vectors -> kCenter(kernel, vectors)),
                new Contest(
                        "facility_location",
                        "facility location, lazy greedy, " + FACILITIES + " chosen",
                        100_000,
                        "mean similarity to the nearest chosen",
                        vectors -> facilityLocation(kernel, vectors)));
    }

    private static double neighbours(Neighbours kernel, Vectors vectors) {
        Nearest join = kernel.join(vectors, NEIGHBOURS, Progress.NONE);
        double sum = 0;
        for (float similarity : join.similarities()) {
            sum += similarity;
        }
        return sum / Math.max(1, join.similarities().length);
    }

    static double kMeans(Neighbours kernel, Vectors vectors) {
        Vectors first = vectors.select(firstCentres(vectors.size()));
        return new SphericalKMeans(kernel)
                .fitFrom(vectors, first, ROUNDS, Progress.NONE)
                .cohesion();
    }

    /** The rows that k-means begins with, ours and the others'. */
    static int[] firstCentres(int size) {
        return new SplittableRandom(SEED)
                .ints(0, size)
                .distinct()
                .limit(Math.min(size, CENTRES))
                .toArray();
    }

    /** As a job does it, with all that its result says of scales: each row, in order, takes all later ones near to it. */
    static double nearDuplicates(NeighbourJoin join, Vectors vectors) {
        List<DatasetImage> images =
                IntStream.range(0, vectors.size()).mapToObj(Contest::image).toList();
        Snapshot snapshot =
                new Snapshot("bench", "bench", images, vectors, new Watermark(vectors.size(), 0, 0, Instant.EPOCH));
        return new Deduplication(snapshot, join, Decisions.NONE)
                        .find(
                                new Deduplication.Settings(NEAR, null, null, null, null, null),
                                false,
                                null,
                                SEED,
                                Progress.NONE)
                        .groups()
                        .stream()
                        .mapToInt(group -> group.members().size())
                        .sum();
    }

    /** All alike but for their names, in whose order images survive. */
    static DatasetImage image(int row) {
        String path = "%09d.jpg".formatted(row);
        return new DatasetImage(
                ImageId.ofRawKey("bench/" + path),
                path,
                path,
                0,
                path,
                "jpeg",
                1,
                1,
                1,
                1,
                null,
                List.of(),
                List.of(),
                Map.of());
    }

    /** Cross-validated; the class of a row is that of the first centres it is nearest to. */
    static double linearProbe(Neighbours kernel, Vectors vectors) {
        int[] centres = firstCentres(vectors.size());
        int classes = Math.min(CLASSES, centres.length);
        int[] given = kernel.assign(vectors, vectors.select(Arrays.copyOf(centres, classes)), Progress.NONE)
                .centre();
        LabelledRows labelled = new LabelledRows(
                IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
                IntStream.range(0, vectors.size()).toArray(),
                given);
        return new LinearProbe(kernel)
                .validate(
                        vectors,
                        labelled,
                        List.of(),
                        LinearProbe.DEFAULT_FOLDS,
                        LinearProbe.DEFAULT_C,
                        SEED,
                        Progress.NONE)
                .accuracy();
    }

    static double hdbscan(Neighbours kernel, Vectors vectors) {
        int size = Math.min(MIN_CLUSTER_SIZE, vectors.size());
        return new Hdbscan(kernel)
                .fit(vectors, size, size, Metric.EUCLIDEAN, Progress.NONE)
                .k();
    }

    static double kCenter(Neighbours kernel, Vectors vectors) {
        double least = 1;
        for (float similarity : nearestChosen(kernel, vectors, CENTRES_CHOSEN, Objectives.COVERAGE)) {
            least = Math.min(least, similarity);
        }
        return 1 - least;
    }

    static double facilityLocation(Neighbours kernel, Vectors vectors) {
        double sum = 0;
        for (float similarity : nearestChosen(kernel, vectors, FACILITIES, Objectives.FACILITY_LOCATION)) {
            sum += Math.max(0, similarity);
        }
        return sum / Math.max(1, vectors.size());
    }

    /** Of each vector the similarity to the nearest of those that are chosen, computed in full. */
    private static float[] nearestChosen(Neighbours kernel, Vectors vectors, int n, Objectives objectives) {
        int[] chosen = new SubsetSelection(kernel)
                        .choose(
                                Candidates.all(vectors),
                                n,
                                objectives,
                                Limits.none(vectors.size()),
                                SEED,
                                Progress.NONE)
                        .rows()
                        .stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
        return kernel.assign(vectors, vectors.select(chosen), Progress.NONE).similarity();
    }
}
