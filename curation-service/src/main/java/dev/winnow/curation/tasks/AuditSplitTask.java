package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.splits.Leaks;
import dev.winnow.curation.strata.Strata;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the splits of somebody know of each other.
 *
 * @param assignments the split of each image, by its path or its id; without it the one it was put into, or else its tags
 * @param tagPrefix what such tags begin with, default {@code split:}; where it is given only tags count
 * @param groupBy of what images that have a value in common belong together, besides duplicates
 * @param ratio of near duplicates, as in {@code deduplicate}
 * @param limit how many leaks are reported, default 1000; all are counted
 * @param seed of approximated neighbours; nothing else is random
 */
@JsonTypeName("audit_split")
public record AuditSplitTask(
        @Nullable Map<String, String> assignments,
        @Nullable String tagPrefix,
        @Nullable List<String> groupBy,
        @Nullable Double ratio,
        @Nullable Integer limit,
        @Nullable Long seed)
        implements CurationTask {

    private static final String TAG_PREFIX = "split:";
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MOST_ASSIGNMENTS = 1_000_000;

    public AuditSplitTask {
        if (assignments != null) {
            if (assignments.isEmpty()
                    || assignments.size() > MOST_ASSIGNMENTS
                    || assignments.values().stream().anyMatch(Objects::isNull)) {
                throw new InvalidParameterException(
                        "assignments", "expected the splits of 1 to " + MOST_ASSIGNMENTS + " images");
            }
            if (tagPrefix != null) {
                throw new InvalidParameterException(
                        "tag_prefix", "expected either assignments or tag_prefix, got both");
            }
            assignments = Map.copyOf(assignments);
        }
        if (tagPrefix != null && tagPrefix.isEmpty()) {
            throw new InvalidParameterException("tag_prefix", "expected what tags begin with, got nothing");
        }
        groupBy = Keys.checked("group_by", groupBy, SplitTask.MOST_KEYS);
        if (ratio != null) {
            InvalidParameterException.checkRange("ratio", ratio, 0, 2);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 10_000_000);
        }
    }

    /**
     * @param unassigned how many images are in no split; they leak nothing
     * @param several how many have tags of several splits; the first one of the alphabet counts
     * @param distributions of labels, counts in the order of the splits
     * @param leaking how many images another split knows
     * @param leaksByReason how many leaks there are for each reason, once for each image and split
     * @param bridging how many unassigned images show the same as images of several splits
     * @param bridges these images
     */
    record Audit(
            double ratio,
            List<SplitReport.Size> splits,
            int unassigned,
            int several,
            List<SplitReport.Distribution> distributions,
            int leaking,
            Map<String, Integer> leaksByReason,
            List<SplitReport.Leak> leaks,
            int bridging,
            List<Bridge> bridges)
            implements Report {}

    /** @param others the most similar image of each of the splits that know it */
    record Bridge(ImageId id, String path, List<BridgeEnd> others) {}

    record BridgeEnd(ImageId id, String path, String split, double similarity) {}

    @Override
    public void check(long images) {}

    @Override
    public Report run(Work work) {
        Snapshot snapshot = work.snapshot();
        List<DatasetImage> images = snapshot.images();
        List<List<String>> named = images.stream().map(this::splitsOf).toList();
        List<String> splits =
                List.copyOf(new TreeSet<>(named.stream().flatMap(List::stream).toList()));
        if (splits.isEmpty()) {
            throw new InvalidParameterException(
                    assignments == null ? "tag_prefix" : "assignments", "expected a split of one image at least");
        }
        int[] splitOf = named.stream()
                .mapToInt(of -> of.isEmpty() ? -1 : splits.indexOf(of.getFirst()))
                .toArray();
        double near = ratio == null ? DeduplicateTask.DEFAULT_RATIO : ratio;
        Leaks ties = Probing.leaks(work.part(0, 0.5), near, seedOrDefault(), Keys.exact("group_by", groupBy, images));
        List<Leaks.Leak> leaks = ties.between(splitOf, work.part(0.5, 0.75).progress());
        List<Leaks.Bridge> bridges = Arrays.stream(splitOf).allMatch(split -> split >= 0)
                ? List.of()
                : ties.bridges(splitOf, work.part(0.75, 1).progress());
        Map<String, Integer> byReason = new LinkedHashMap<>();
        leaks.forEach(leak -> byReason.merge(leak.reason(), 1, Integer::sum));
        boolean labels = images.stream().anyMatch(image -> !image.labels().isEmpty());
        return new Audit(
                near,
                SplitReport.sizes(splits, splitOf),
                (int) Arrays.stream(splitOf).filter(split -> split < 0).count(),
                (int) named.stream().filter(of -> of.size() > 1).count(),
                SplitReport.distributions(
                        splits, splitOf, labels ? Keys.exact("label", List.of(Strata.LABEL), images) : List.of()),
                (int) leaks.stream().mapToInt(Leaks.Leak::row).distinct().count(),
                byReason,
                leaks.stream()
                        .limit(limit == null ? DEFAULT_LIMIT : limit)
                        .map(leak -> new SplitReport.Leak(snapshot, splits, splitOf, leak))
                        .toList(),
                bridges.size(),
                bridges.stream()
                        .limit(limit == null ? DEFAULT_LIMIT : limit)
                        .map(bridge -> bridge(snapshot, splits, splitOf, bridge))
                        .toList());
    }

    private static Bridge bridge(Snapshot snapshot, List<String> splits, int[] splitOf, Leaks.Bridge bridge) {
        DatasetImage image = snapshot.image(bridge.row());
        return new Bridge(
                image.id(),
                image.path(),
                bridge.others().stream()
                        .map(other -> new BridgeEnd(
                                snapshot.image(other).id(),
                                snapshot.image(other).path(),
                                splits.get(splitOf[other]),
                                snapshot.vectors().similarity(bridge.row(), other)))
                        .toList());
    }

    private List<String> splitsOf(DatasetImage image) {
        if (assignments != null) {
            String split = assignments.getOrDefault(
                    image.path(), assignments.getOrDefault(image.id().toString(), ""));
            return split.isEmpty() ? List.of() : List.of(split);
        }
        if (tagPrefix == null && image.split().isPresent()) {
            return List.of(image.split().get());
        }
        String prefix = tagPrefix == null ? TAG_PREFIX : tagPrefix;
        return image.tags().stream()
                .filter(tag -> tag.startsWith(prefix))
                .map(tag -> tag.substring(prefix.length()))
                .filter(split -> !split.isEmpty())
                .sorted()
                .distinct()
                .toList();
    }
}
