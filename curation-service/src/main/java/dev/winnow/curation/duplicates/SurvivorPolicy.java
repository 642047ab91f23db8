package dev.winnow.curation.duplicates;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which image of a duplicate group is worth keeping. An image that somebody decided to keep comes before all others, and one
 * to be dropped behind them. Every policy falls back on resolution, then file size, then path.
 */
public enum SurvivorPolicy {
    /** The most pixels. */
    RESOLUTION,
    /** The highest variance of the Laplacian. */
    SHARPNESS,
    /** Images that have a label before those that have none. */
    LABELLED,
    /** The earliest EXIF time; images without one come last. */
    OLDEST,
    /** Near to the most of its ten nearest neighbours, and then most similar to them on average. */
    CENTRAL;

    private static final Comparator<DatasetImage> FALLBACK = Comparator.comparingLong(
                    (DatasetImage image) -> -image.pixels())
            .thenComparingLong(image -> -image.bytes())
            .thenComparing(DatasetImage::path);

    /** What somebody decided comes before any policy. */
    static final Comparator<DatasetImage> DECIDED = Comparator.comparingInt(SurvivorPolicy::rank);

    private static int rank(DatasetImage image) {
        return image.is(Verdict.KEEP) ? 0 : image.is(Verdict.DROP) ? 2 : 1;
    }

    /** Best survivor first, as far as the images themselves tell. A total order: no two images of a dataset are equal in it. */
    public Comparator<DatasetImage> order() {
        return DECIDED.thenComparing(
                switch (this) {
                    case RESOLUTION, CENTRAL -> FALLBACK;
                    case SHARPNESS ->
                        Comparator.comparingDouble((DatasetImage image) -> -image.sharpness())
                                .thenComparing(FALLBACK);
                    case LABELLED ->
                        Comparator.comparing(
                                        (DatasetImage image) -> image.labels().isEmpty())
                                .thenComparing(FALLBACK);
                    case OLDEST ->
                        Comparator.comparing((DatasetImage image) ->
                                        image.capturedAt() == null ? Instant.MAX : image.capturedAt())
                                .thenComparing(FALLBACK);
                });
    }

    /** All rows, best survivor first. */
    int[] order(Snapshot snapshot, Nearness nearness) {
        Comparator<Integer> byImage = Comparator.comparing(snapshot::image, order());
        return sorted(
                snapshot.size(),
                this == CENTRAL
                        ? Comparator.comparing(snapshot::image, DECIDED)
                                .thenComparing(byCentrality(snapshot, nearness))
                                .thenComparing(byImage)
                        : byImage);
    }

    static int[] sorted(int size, Comparator<Integer> order) {
        return IntStream.range(0, size)
                .boxed()
                .sorted(order)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static Comparator<Integer> byCentrality(Snapshot snapshot, Nearness nearness) {
        Neighbours.Nearest join = nearness.join();
        double[] centrality = new double[snapshot.size()];
        for (int row = 0; row < centrality.length; row++) {
            double sum = 0;
            for (int rank = 0; rank < join.k(); rank++) {
                int other = join.row(row, rank);
                double similarity = join.similarity(row, rank);
                int hashes = Long.bitCount(
                        snapshot.image(row).phash() ^ snapshot.image(other).phash());
                centrality[row] += nearness.isNear(row, other, similarity, hashes) ? 1 : 0;
                sum += similarity;
            }
            // The mean, −1 to 1, decides between equal counts.
            centrality[row] += join.k() == 0 ? 0 : sum / join.k() / 4;
        }
        return Comparator.comparingDouble(row -> -centrality[row]);
    }

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
