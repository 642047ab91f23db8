package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.probe.LabelIssues;
import dev.winnow.curation.probe.LabelIssues.Judgement;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximation;
import dev.winnow.curation.vectors.NeighbourJoin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels that contradict the vectors, the worst first.
 *
 * @param kind {@code image}, the default, or {@code object}: the labels of boxes
 * @param folds of the probe, default 5
 * @param c of the probe, default 10
 * @param k neighbours that are asked, default 20
 * @param limit how many labels are reported, default 1000
 * @param seed of the folds
 */
@JsonTypeName("label_issues")
public record LabelIssuesTask(
        @Nullable Kind kind,
        @Nullable Integer folds,
        @Nullable Double c,
        @Nullable Integer k,
        @Nullable Integer limit,
        @Nullable Long seed)
        implements CurationTask {

    private static final int DEFAULT_LIMIT = 1000;
    static final int SHOWN = 3;

    /** What the labels are of. */
    public enum Kind {
        IMAGE,
        OBJECT;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public LabelIssuesTask {
        Probing.check(folds, c);
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 1000);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 10_000_000);
        }
    }

    /**
     * @param labelled how many images have a label
     * @param judged how many of them could be judged
     * @param accuracy of the probe on these
     * @param issues how many labels have something against them that nobody has confirmed
     * @param confirmed how many labels somebody has confirmed by deciding to keep the image; they are not listed
     * @param expectedErrors how many labels are wrong, by the confident joint
     * @param confusions pairs of labels that are taken for each other, the most frequent first
     * @param labels the worst first, issues or not
     * @param approximation how neighbours were approximated; null where they are exact
     */
    public record Issues(
            int labelled,
            int judged,
            double accuracy,
            int k,
            int issues,
            int confirmed,
            double expectedErrors,
            List<Confusion> confusions,
            List<JudgedLabel> labels,
            @Nullable Approximation approximation)
            implements Report {}

    /** @param images how many were given one and are believed to be of the other, estimated */
    public record Confusion(String given, String believed, double images) {}

    /**
     * @param quality how much speaks for the label, 0 to 1
     * @param issue whether another one is believed, or has more that speaks for it
     * @param suggested the label that most speaks for; may be the given one
     * @param probability of the given label, by a model that has not seen it
     * @param suggestedProbability the same of the suggested one
     * @param agreeing the share of the neighbours that have the given label
     * @param suggesting the share of them that have the suggested one
     * @param neighbours the nearest ones
     */
    public record JudgedLabel(
            int rank,
            ImageId id,
            String path,
            String label,
            double quality,
            boolean issue,
            String suggested,
            double probability,
            double suggestedProbability,
            double agreeing,
            double suggesting,
            List<LabelledNeighbour> neighbours) {}

    public record LabelledNeighbour(ImageId id, String path, String label, double similarity) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {}

    int limitOrDefault() {
        return limit == null ? DEFAULT_LIMIT : limit;
    }

    int kOrDefault() {
        return k == null ? LabelIssues.DEFAULT_K : k;
    }

    @Override
    public Report run(Work work) {
        return kind == Kind.OBJECT ? new ObjectIssues(this, work).find() : ofImages(work);
    }

    private Issues ofImages(Work work) {
        Snapshot snapshot = work.snapshot();
        LabelledRows labelled = LabelledRows.of(snapshot.images());
        LinearProbe.Validated probe = Probing.validate(work.part(0, 0.8), labelled, folds, c, seedOrDefault());
        NeighbourJoin.Joined joined = work.join()
                .join(
                        snapshot.vectors().select(labelled.rows()),
                        kOrDefault(),
                        seedOrDefault(),
                        work.part(0.8, 1).progress());
        LabelIssues.Found found = LabelIssues.rank(probe, joined.nearest());
        List<JudgedLabel> labels = new ArrayList<>();
        List<Judgement> open = found.ranking().stream()
                .filter(judgement ->
                        !snapshot.image(labelled.rows()[judgement.image()]).isConfirmed())
                .toList();
        for (Judgement judgement : open) {
            if (labels.size() == limitOrDefault()) {
                break;
            }
            labels.add(judged(snapshot, probe, joined, judgement, labels.size() + 1));
        }
        return new Issues(
                labelled.size(),
                probe.judgedCount(),
                probe.accuracy(),
                joined.nearest().k(),
                (int) open.stream().filter(Judgement::issue).count(),
                found.ranking().size() - open.size(),
                found.confident().expectedErrors(),
                confusions(labelled, found.confident().joint()),
                labels,
                joined.approximation());
    }

    private static JudgedLabel judged(
            Snapshot snapshot,
            LinearProbe.Validated probe,
            NeighbourJoin.Joined joined,
            Judgement judgement,
            int rank) {
        LabelledRows labelled = probe.labelled();
        int i = judgement.image();
        int given = labelled.given()[i];
        DatasetImage image = snapshot.image(labelled.rows()[i]);
        return new JudgedLabel(
                rank,
                image.id(),
                image.path(),
                labelled.classes().get(given),
                judgement.quality(),
                judgement.issue(),
                labelled.classes().get(judgement.suggested()),
                probe.probabilities()[i][given],
                probe.probabilities()[i][judgement.suggested()],
                judgement.agreeing(),
                judgement.suggesting(),
                IntStream.range(0, Math.min(SHOWN, joined.nearest().k()))
                        .mapToObj(place -> {
                            int other = joined.nearest().row(i, place);
                            DatasetImage near = snapshot.image(labelled.rows()[other]);
                            return new LabelledNeighbour(
                                    near.id(),
                                    near.path(),
                                    labelled.classes().get(labelled.given()[other]),
                                    joined.nearest().similarity(i, place));
                        })
                        .toList());
    }

    static List<Confusion> confusions(LabelledRows labelled, double[][] joint) {
        List<Confusion> confusions = new ArrayList<>();
        for (int given = 0; given < joint.length; given++) {
            for (int believed = 0; believed < joint.length; believed++) {
                if (given != believed && joint[given][believed] > 0) {
                    confusions.add(new Confusion(
                            labelled.classes().get(given), labelled.classes().get(believed), joint[given][believed]));
                }
            }
        }
        confusions.sort(Comparator.comparingDouble(Confusion::images)
                .reversed()
                .thenComparing(Confusion::given)
                .thenComparing(Confusion::believed));
        return confusions;
    }
}
