package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.NearestCluster;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.probe.Proportion;
import dev.winnow.curation.strata.Strata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a linear model can tell of the labels from the vectors, and where it is weak.
 *
 * @param folds how many, default 5
 * @param c inverse strength of regularisation, default 10
 * @param by what accuracy is told by, besides label and cluster; none by default
 * @param limit how many images are reported, the least probable label first; default all
 * @param seed of the folds
 */
@JsonTypeName("probe")
public record ProbeTask(
        @Nullable Integer folds,
        @Nullable Double c,
        @Nullable List<String> by,
        @Nullable Integer limit,
        @Nullable Long seed)
        implements CurationTask {

    private static final int MOST_KEYS = 20;

    public ProbeTask {
        Probing.check(folds, c);
        by = Keys.checked("by", by, MOST_KEYS);
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 10_000_000);
        }
    }

    /**
     * @param labelled how many images have a label
     * @param judged how many of them have an image of their class in another fold; the figures are theirs
     * @param accuracy the share whose label is the likeliest
     * @param balancedAccuracy the mean of the classes' recall
     * @param logLoss mean of −log p(label), in nats
     * @param calibration what confidences are worth
     * @param iterations of a fit, on average
     * @param classes the one of lowest recall first
     * @param slices by cluster and by what was asked for, the one of lowest accuracy first
     * @param images the least probable label first
     */
    public record Probed(
            int labelled,
            int judged,
            int folds,
            double c,
            Proportion accuracy,
            double balancedAccuracy,
            double logLoss,
            CalibrationReport calibration,
            double iterations,
            List<ClassReport> classes,
            List<Slice> slices,
            List<ProbedImage> images)
            implements Report {}

    /**
     * @param temperature what scores are divided by
     * @param errorBefore expected calibration error without it, 0 to 1
     * @param errorAfter with it
     */
    public record CalibrationReport(
            double temperature, double errorBefore, double errorAfter, List<LinearProbe.Bin> bins) {}

    /**
     * @param support judged images of the class
     * @param unjudged those without another fold's image of their class
     * @param precision null where the class was predicted of none
     * @param recall null where none is judged
     * @param confused the class most of its images are taken for instead; null where none is
     */
    public record ClassReport(
            String label,
            int support,
            int unjudged,
            @Nullable Double precision,
            @Nullable Double recall,
            @Nullable String confused,
            int confusions) {}

    /**
     * @param by {@code cluster} or what was asked for
     * @param weak whether its accuracy is below that of all with a confidence of 95 %
     */
    public record Slice(String by, String value, Proportion accuracy, boolean weak) {}

    /** @param probability of the label */
    public record ProbedImage(
            ImageId id, String path, String label, double probability, String predicted, double confidence) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {}

    @Override
    public Probed run(Work work) {
        Snapshot snapshot = work.snapshot();
        List<Strata> keys = by == null ? List.of() : Keys.binned("by", by, snapshot.images());
        LabelledRows labelled = LabelledRows.of(snapshot.images());
        LinearProbe.Validated probe = Probing.validate(work.part(0, 0.95), labelled, folds, c, seedOrDefault());
        List<ClassReport> classes = classes(probe);
        return new Probed(
                labelled.size(),
                probe.judgedCount(),
                probe.folds(),
                Probing.c(c),
                accuracy(probe),
                balanced(classes),
                probe.logLoss(),
                new CalibrationReport(probe.temperature(), probe.errorBefore(), probe.errorAfter(), probe.bins()),
                probe.iterations(),
                classes,
                slices(work, probe, keys),
                images(snapshot, probe));
    }

    private static double balanced(List<ClassReport> classes) {
        double sum = 0;
        int judged = 0;
        for (ClassReport of : classes) {
            Double recall = of.recall();
            if (recall != null) {
                sum += recall;
                judged++;
            }
        }
        return judged == 0 ? 0 : sum / judged;
    }

    private static double unjudgedLast(ClassReport of) {
        Double recall = of.recall();
        return recall == null ? 2 : recall;
    }

    private static Proportion accuracy(LinearProbe.Validated probe) {
        int judged = probe.judgedCount();
        return Proportion.of((int) Math.round(probe.accuracy() * judged), judged);
    }

    private static List<ClassReport> classes(LinearProbe.Validated probe) {
        LabelledRows labelled = probe.labelled();
        int n = labelled.classes().size();
        int[][] confusion = new int[n][n];
        int[] unjudged = new int[n];
        for (int i = 0; i < labelled.size(); i++) {
            if (probe.judged()[i]) {
                confusion[labelled.given()[i]][probe.predicted(i)]++;
            } else {
                unjudged[labelled.given()[i]]++;
            }
        }
        List<ClassReport> classes = new ArrayList<>();
        for (int c = 0; c < n; c++) {
            int label = c;
            int support = IntStream.of(confusion[c]).sum();
            int predicted =
                    IntStream.range(0, n).map(other -> confusion[other][label]).sum();
            int most = IntStream.range(0, n)
                    .filter(other -> other != label)
                    .boxed()
                    .max(Comparator.comparingInt((Integer other) -> confusion[label][other])
                            .thenComparing(Comparator.reverseOrder()))
                    .orElse(label);
            int confusions = most == label ? 0 : confusion[c][most];
            classes.add(new ClassReport(
                    labelled.classes().get(c),
                    support,
                    unjudged[c],
                    predicted == 0 ? null : (double) confusion[c][c] / predicted,
                    support == 0 ? null : (double) confusion[c][c] / support,
                    confusions == 0 ? null : labelled.classes().get(most),
                    confusions));
        }
        classes.sort(Comparator.comparingDouble(ProbeTask::unjudgedLast).thenComparing(ClassReport::label));
        return classes;
    }

    private static List<Slice> slices(Work work, LinearProbe.Validated probe, List<Strata> keys) {
        int[] rows = probe.labelled().rows();
        double all = probe.accuracy();
        List<Slice> slices = new ArrayList<>();
        work.fits()
                .find(work.snapshot().dataset())
                .filter(fit -> fit.model().equals(work.snapshot().model()))
                .ifPresent(fit -> slices.addAll(slices(probe, clusters(work, fit, rows), all)));
        for (Strata key : keys) {
            slices.addAll(slices(
                    probe,
                    new Strata(
                            key.name(),
                            IntStream.of(rows)
                                    .mapToObj(row -> key.values().get(row))
                                    .toList()),
                    all));
        }
        slices.sort(Comparator.comparingDouble((Slice slice) -> slice.accuracy().value())
                .thenComparing(Slice::by)
                .thenComparing(Slice::value));
        return slices;
    }

    private static Strata clusters(Work work, ClusterFit fit, int[] rows) {
        Map<Integer, String> names = fit.clusters().stream()
                .collect(Collectors.toMap(ClusterFit.Cluster::id, cluster -> cluster.id() + " " + cluster.name()));
        int[] placed = new NearestCluster(fit, work.neighbours())
                .place(work.snapshot().vectors().select(rows))
                .cluster();
        return new Strata(
                "cluster",
                IntStream.of(placed)
                        .mapToObj(cluster -> List.of(names.getOrDefault(cluster, "noise")))
                        .toList());
    }

    private static List<Slice> slices(LinearProbe.Validated probe, Strata strata, double all) {
        Map<String, int[]> counts = new TreeMap<>();
        for (int i = 0; i < probe.judged().length; i++) {
            if (probe.judged()[i]) {
                for (String value : strata.values().get(i)) {
                    int[] count = counts.computeIfAbsent(value, v -> new int[2]);
                    count[0] += probe.predicted(i) == probe.labelled().given()[i] ? 1 : 0;
                    count[1]++;
                }
            }
        }
        List<Slice> slices = new ArrayList<>();
        counts.forEach((value, count) -> {
            Proportion accuracy = Proportion.of(count[0], count[1]);
            slices.add(new Slice(strata.name(), value, accuracy, accuracy.high() < all));
        });
        return slices;
    }

    private List<ProbedImage> images(Snapshot snapshot, LinearProbe.Validated probe) {
        LabelledRows labelled = probe.labelled();
        return IntStream.range(0, labelled.size())
                .filter(i -> probe.judged()[i])
                .mapToObj(i -> {
                    DatasetImage image = snapshot.image(labelled.rows()[i]);
                    float[] probabilities = probe.probabilities()[i];
                    int predicted = probe.predicted(i);
                    return new ProbedImage(
                            image.id(),
                            image.path(),
                            labelled.classes().get(labelled.given()[i]),
                            probabilities[labelled.given()[i]],
                            labelled.classes().get(predicted),
                            probabilities[predicted]);
                })
                .sorted(Comparator.comparingDouble(ProbedImage::probability).thenComparing(ProbedImage::path))
                .limit(limit == null ? Long.MAX_VALUE : limit)
                .toList();
    }
}
