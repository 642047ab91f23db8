package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.splits.Leaks;
import dev.winnow.curation.splits.StratifiedAssignment;
import dev.winnow.curation.strata.Strata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits of which none knows another: what belongs together stays together. Nothing is written.
 *
 * @param fractions of the images by the splits' names, of a sum of 1; default train 0.8, validation 0.1, test 0.1
 * @param stratify what each split shall have its share of, default {@code label} where there are labels
 * @param groupBy of what images that have a value in common belong together, besides duplicates
 * @param ratio of near duplicates, as in {@code deduplicate}
 * @param seed of what is drawn
 */
@JsonTypeName("split")
public record SplitTask(
        @Nullable Map<String, Double> fractions,
        @Nullable List<String> stratify,
        @Nullable List<String> groupBy,
        @Nullable Double ratio,
        @Nullable Long seed)
        implements CurationTask {

    static final int MOST_KEYS = 10;
    private static final int MOST_SPLITS = 20;
    private static final double ROUNDING = 1e-6;

    public SplitTask {
        if (fractions != null) {
            if (fractions.isEmpty() || fractions.size() > MOST_SPLITS) {
                throw new InvalidParameterException(
                        "fractions", "expected 1 to " + MOST_SPLITS + " splits, got " + fractions.size());
            }
            double sum = 0;
            for (Map.Entry<String, Double> entry : fractions.entrySet()) {
                if (entry.getValue() == null) {
                    throw new InvalidParameterException("fractions." + entry.getKey(), "expected 0 to 1, got null");
                }
                InvalidParameterException.checkRange("fractions." + entry.getKey(), entry.getValue(), 0, 1);
                sum += entry.getValue();
            }
            if (Math.abs(sum - 1) > ROUNDING) {
                throw new InvalidParameterException("fractions", "expected a sum of 1, got " + sum);
            }
            fractions = new LinkedHashMap<>(fractions);
        }
        stratify = Keys.checked("stratify", stratify, MOST_KEYS);
        groupBy = Keys.checked("group_by", groupBy, MOST_KEYS);
        if (ratio != null) {
            InvalidParameterException.checkRange("ratio", ratio, 0, 2);
        }
    }

    /**
     * @param groups of images that belong together, those of one image among them
     * @param largestGroup how many images it has
     * @param splits in the order they were asked for
     * @param distributions of what was stratified by, counts in the order of the splits
     * @param leaks what one split knows of another, looked for once more in the outcome
     */
    record Splits(
            int groups,
            int largestGroup,
            double ratio,
            List<SplitReport.Size> splits,
            List<SplitReport.Distribution> distributions,
            List<SplitReport.Leak> leaks,
            List<Assignment> assignments)
            implements Report {}

    record Assignment(ImageId id, String path, String split) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {}

    @Override
    public Report run(Work work) {
        Snapshot snapshot = work.snapshot();
        Map<String, Double> wanted = fractions == null ? usual() : fractions;
        List<String> splits = List.copyOf(wanted.keySet());
        double[] shares =
                wanted.values().stream().mapToDouble(Double::doubleValue).toArray();
        List<DatasetImage> images = snapshot.images();
        boolean labels = images.stream().anyMatch(image -> !image.labels().isEmpty());
        List<String> by = stratify != null ? stratify : labels ? List.of(Strata.LABEL) : List.of();
        List<Strata> strata = Keys.binned("stratify", by, images);
        double near = ratio == null ? DeduplicateTask.DEFAULT_RATIO : ratio;
        Leaks leaks = Probing.leaks(work.part(0, 0.5), near, seedOrDefault(), Keys.exact("group_by", groupBy, images));
        List<int[]> groups = leaks.groups(work.part(0.5, 0.7).progress());
        int[] splitOf = StratifiedAssignment.assign(groups, strata, shares, seedOrDefault());
        List<SplitReport.Leak> left = new ArrayList<>();
        for (Leaks.Leak leak : leaks.between(splitOf, work.part(0.7, 1).progress())) {
            left.add(new SplitReport.Leak(snapshot, splits, splitOf, leak));
        }
        return new Splits(
                groups.size(),
                groups.stream().mapToInt(group -> group.length).max().orElse(0),
                near,
                SplitReport.sizes(splits, splitOf),
                SplitReport.distributions(splits, splitOf, strata),
                left,
                IntStream.range(0, images.size())
                        .mapToObj(row -> new Assignment(
                                images.get(row).id(), images.get(row).path(), splits.get(splitOf[row])))
                        .toList());
    }

    private static Map<String, Double> usual() {
        Map<String, Double> usual = new LinkedHashMap<>();
        usual.put("train", 0.8);
        usual.put("validation", 0.1);
        usual.put("test", 0.1);
        return usual;
    }
}
