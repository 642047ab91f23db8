package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels for the images that have none, the surest first. Nothing is written.
 *
 * @param folds of the probe by which confidences are calibrated, default 5
 * @param c of the probe, default 10
 * @param minProbability the least of a suggestion, default 0
 * @param limit how many are reported, default all
 * @param seed of the folds
 */
@JsonTypeName("suggest_labels")
public record SuggestLabelsTask(
        @Nullable Integer folds,
        @Nullable Double c,
        @Nullable Double minProbability,
        @Nullable Integer limit,
        @Nullable Long seed)
        implements CurationTask {

    private static final int ALTERNATIVES = 3;

    public SuggestLabelsTask {
        Probing.check(folds, c);
        if (minProbability != null) {
            InvalidParameterException.checkRange("min_probability", minProbability, 0, 1);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 10_000_000);
        }
    }

    /**
     * @param accuracy of the probe on labelled images it has not seen
     * @param calibrationError expected error of its confidence there, 0 to 1
     * @param unlabelled how many images have no label
     */
    public record Suggestions(
            int labelled,
            double accuracy,
            double calibrationError,
            double temperature,
            int unlabelled,
            List<Suggestion> suggestions)
            implements Report {}

    /** @param alternatives the next labels, the likeliest first */
    public record Suggestion(
            ImageId id, String path, String label, double probability, List<Alternative> alternatives) {}

    public record Alternative(String label, double probability) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {}

    @Override
    public Suggestions run(Work work) {
        Snapshot snapshot = work.snapshot();
        LabelledRows labelled = LabelledRows.of(snapshot.images());
        LinearProbe.Validated probe = Probing.validate(work.part(0, 0.8), labelled, folds, c, seedOrDefault());
        int[] rows = IntStream.range(0, snapshot.size())
                .filter(row -> snapshot.image(row).labels().isEmpty())
                .toArray();
        float[][] probabilities = rows.length == 0
                ? new float[0][]
                : new LinearProbe(work.neighbours())
                        .predict(
                                snapshot.vectors(),
                                labelled,
                                rows,
                                Probing.c(c),
                                probe.temperature(),
                                work.part(0.8, 1).progress());
        double least = minProbability == null ? 0 : minProbability;
        return new Suggestions(
                labelled.size(),
                probe.accuracy(),
                probe.errorAfter(),
                probe.temperature(),
                rows.length,
                IntStream.range(0, rows.length)
                        .mapToObj(i -> suggestion(snapshot.image(rows[i]), labelled, probabilities[i]))
                        .filter(suggestion -> suggestion.probability() >= least)
                        .sorted(Comparator.comparingDouble(Suggestion::probability)
                                .reversed()
                                .thenComparing(Suggestion::path))
                        .limit(limit == null ? Long.MAX_VALUE : limit)
                        .toList());
    }

    private static Suggestion suggestion(DatasetImage image, LabelledRows labelled, float[] probabilities) {
        List<Alternative> best = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer c) -> -probabilities[c])
                        .thenComparingInt(c -> c))
                .limit(ALTERNATIVES)
                .map(c -> new Alternative(labelled.classes().get(c), probabilities[c]))
                .toList();
        return new Suggestion(
                image.id(),
                image.path(),
                best.getFirst().label(),
                best.getFirst().probability(),
                best.subList(1, best.size()));
    }
}
