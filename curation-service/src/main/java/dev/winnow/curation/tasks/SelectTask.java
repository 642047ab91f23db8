package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.clusters.ClusterHierarchy;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.HierarchicalSampling;
import dev.winnow.curation.duplicates.Links;
import dev.winnow.curation.duplicates.NearDuplicates;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import dev.winnow.curation.selection.BalancedSelection;
import dev.winnow.curation.vectors.ApproximateNeighbours;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A subset: balanced over groups, or the best by weighted objectives.
 *
 * @param n how many images
 * @param by the groups to balance; default clusters, with objectives none
 * @param excludeDuplicates whether only the survivors of duplicate groups can be chosen; default true
 * @param k how many clusters where balanced by cluster; null chooses by silhouette
 * @param objectives what the choice is for; this and all that follows go together, and without any of it each group is covered
 * @param targets how identifiers shall be distributed
 * @param minDistance least cosine distance between two chosen images; default 0
 * @param floors least numbers of groups
 * @param quotas largest numbers of groups; without floors and quotas all groups have equal shares
 * @param start what counts as chosen already; default nothing
 * @param scores how unsure a model is of images, by their ids, 0 and up; without them, what labels tell
 */
@JsonTypeName("select")
public record SelectTask(
        @Nullable Integer n,
        @Nullable GroupBy by,
        @Nullable Boolean excludeDuplicates,
        @Nullable Integer k,
        @Nullable ObjectiveWeights objectives,
        @Nullable List<TargetShares> targets,
        @Nullable Double minDistance,
        @Nullable Map<String, Integer> floors,
        @Nullable Map<String, Integer> quotas,
        @Nullable Start start,
        @Nullable Map<String, Double> scores,
        @Nullable Long seed)
        implements CurationTask {

    private static final int MOST_TARGETS = 20;
    private static final int MOST_GROUPS = 10_000;
    private static final int MOST_SCORES = 100_000;

    /** What counts as chosen before anything is. */
    public enum Start {
        NOTHING,
        /** All images with a label; they are not chosen again. */
        LABELLED;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SelectTask {
        if (n == null) {
            throw new InvalidParameterException("n", "expected how many images to select");
        }
        InvalidParameterException.checkRange("n", n, 1, 10_000_000);
        if (k != null && by != null && by != GroupBy.CLUSTER) {
            throw new InvalidParameterException("k", "expected only with by = cluster");
        }
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 10_000);
        }
        if (minDistance != null) {
            InvalidParameterException.checkRange("min_distance", minDistance, 0, 2);
        }
        if (targets != null) {
            InvalidParameterException.checkRange("targets", targets.size(), 1, MOST_TARGETS);
            targets = List.copyOf(targets);
        }
        floors = counts("floors", floors);
        quotas = counts("quotas", quotas);
        if (scores != null) {
            InvalidParameterException.checkRange("scores", scores.size(), 1, MOST_SCORES);
            scores.values().forEach(score -> InvalidParameterException.checkRange("scores", score, 0, 1e9));
            scores = Map.copyOf(scores);
        }
        boolean weighs = weighs(objectives, targets, minDistance, floors, quotas, start, scores);
        if (k != null && weighs && by == null) {
            throw new InvalidParameterException("k", "expected only with by = cluster");
        }
        if (weighs && by == GroupBy.HIERARCHY) {
            throw new InvalidParameterException("by", "expected cluster, label or none with objectives");
        }
        if (!weighs && by == GroupBy.NONE) {
            throw new InvalidParameterException("by", "expected none only with objectives");
        }
        if ((floors != null || quotas != null) && (by == null || by == GroupBy.NONE)) {
            throw new InvalidParameterException("by", "expected cluster or label with floors or quotas");
        }
        if (start == Start.LABELLED && by == GroupBy.LABEL) {
            throw new InvalidParameterException("start", "expected nothing by label: unlabelled images have no group");
        }
    }

    private static @Nullable Map<String, Integer> counts(String field, @Nullable Map<String, Integer> counts) {
        if (counts == null) {
            return null;
        }
        InvalidParameterException.checkRange(field, counts.size(), 1, MOST_GROUPS);
        counts.values().forEach(count -> InvalidParameterException.checkRange(field, count, 0, 10_000_000));
        return Map.copyOf(counts);
    }

    private static boolean weighs(@Nullable Object... wishes) {
        return Arrays.stream(wishes).anyMatch(Objects::nonNull);
    }

    /**
     * @param by the groups that were balanced
     * @param excludeDuplicates whether only survivors of duplicate groups could be chosen
     * @param ratio of the local scale, up to which images were duplicates; absent where they were not looked for
     * @param k how many clusters, those of the highest level of a hierarchy; absent where balanced by label
     * @param before images a group, of all that could be chosen or not; by hierarchy, of those that could
     * @param after images a group, of those selected
     * @param duplicatesExcluded images left out because a survivor stands for them
     * @param ungrouped images left out because they have no label
     * @param coverageRadius the largest distance of any candidate to its nearest selected image
     * @param achieved with objectives: what they have come to
     * @param approximateNeighbours how neighbours were approximated; absent where they are exact
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Selection(
            GroupBy by,
            boolean excludeDuplicates,
            @Nullable Double ratio,
            @Nullable Integer k,
            List<Selected> selected,
            SortedMap<String, Integer> before,
            SortedMap<String, Integer> after,
            int duplicatesExcluded,
            int ungrouped,
            double coverageRadius,
            @Nullable Achieved achieved,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours)
            implements Report {}

    public record Selected(ImageId id, String path, String group) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {
        InvalidParameterException.checkRange("n", Objects.requireNonNull(n), 1, (double) Math.max(1, images));
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, (double) Math.max(1, images));
        }
    }

    @Override
    public Selection run(Work work) {
        Snapshot snapshot = work.snapshot();
        boolean weighs = weighs(objectives, targets, minDistance, floors, quotas, start, scores);
        GroupBy grouping = by != null ? by : weighs ? GroupBy.NONE : GroupBy.CLUSTER;
        boolean excluding = excludeDuplicates == null || excludeDuplicates;
        Nearness nearness = excluding
                ? DeduplicateTask.relative(work.part(0, 0.2), DeduplicateTask.DEFAULT_RATIO, seedOrDefault())
                : null;
        Set<Integer> redundant = nearness == null ? Set.of() : redundant(work, nearness);
        Choice choice = weighs
                ? weighed(work.part(0.4, 1), redundant)
                : grouping == GroupBy.HIERARCHY
                        ? sampled(work.part(0.4, 1), redundant)
                        : balanced(work.part(0.4, 1), redundant);
        SortedMap<String, Integer> before = new TreeMap<>();
        choice.groupOf.values().forEach(group -> before.merge(group, 1, Integer::sum));
        List<Selected> selected = new ArrayList<>();
        SortedMap<String, Integer> after = new TreeMap<>();
        before.keySet().forEach(group -> after.put(group, 0));
        choice.chosen.forEach((group, rows) -> {
            after.put(group, rows.size());
            rows.forEach(row -> selected.add(
                    new Selected(snapshot.image(row).id(), snapshot.image(row).path(), group)));
        });
        return new Selection(
                grouping,
                excluding,
                excluding ? DeduplicateTask.DEFAULT_RATIO : null,
                grouping == GroupBy.LABEL || grouping == GroupBy.NONE ? null : before.size(),
                selected,
                before,
                after,
                choice.duplicatesExcluded,
                choice.ungrouped,
                choice.achieved == null
                        ? coverageRadius(work, choice.candidates, choice.chosen)
                        : choice.achieved.selected().coverageRadius(),
                choice.achieved,
                nearness == null ? null : nearness.approximation());
    }

    /** What could be chosen, and what was: rows by group. */
    private record Choice(
            Map<Integer, String> groupOf,
            Map<String, List<Integer>> candidates,
            SortedMap<String, List<Integer>> chosen,
            int duplicatesExcluded,
            int ungrouped,
            @Nullable Achieved achieved) {}

    /** The best by weighted objectives. */
    private Choice weighed(Work work, Set<Integer> redundant) {
        Snapshot snapshot = work.snapshot();
        Map<Integer, String> groupOf = new TreeMap<>();
        if (by == null || by == GroupBy.NONE) {
            IntStream.range(0, snapshot.size()).forEach(row -> groupOf.put(row, "all"));
        } else {
            groupOf.putAll(groups(work.part(0, 0.5)));
        }
        WeighedSelection.Weighed weighed = new WeighedSelection(this, work.part(0.5, 1), groupOf, redundant).choose();
        SortedMap<String, List<Integer>> chosen = new TreeMap<>();
        for (int row : weighed.rows()) {
            chosen.computeIfAbsent(Objects.requireNonNull(groupOf.get(row)), name -> new ArrayList<>())
                    .add(row);
        }
        return new Choice(
                groupOf,
                Map.of(),
                chosen,
                (int) redundant.stream().filter(groupOf::containsKey).count(),
                snapshot.size() - groupOf.size(),
                weighed.achieved());
    }

    /** Equal shares of the groups, each of which is covered. */
    private Choice balanced(Work work, Set<Integer> redundant) {
        Snapshot snapshot = work.snapshot();
        Map<Integer, String> groupOf = groups(work.part(0, 0.65));
        Map<String, List<Integer>> candidates = new TreeMap<>();
        groupOf.forEach((row, group) -> {
            List<Integer> rows = candidates.computeIfAbsent(group, name -> new ArrayList<>());
            if (!redundant.contains(row)) {
                rows.add(row);
            }
        });
        SortedMap<String, List<Integer>> chosen = new BalancedSelection(work.neighbours())
                .select(
                        snapshot.vectors(),
                        candidates,
                        Objects.requireNonNull(n),
                        work.progress().part(0.65, 1));
        return new Choice(
                groupOf,
                candidates,
                chosen,
                (int) redundant.stream().filter(groupOf::containsKey).count(),
                snapshot.size() - groupOf.size(),
                null);
    }

    /** Equal shares of the clusters on every level of a hierarchy over all that can be chosen. */
    private Choice sampled(Work work, Set<Integer> redundant) {
        Snapshot snapshot = work.snapshot();
        int[] rows = IntStream.range(0, snapshot.size())
                .filter(row -> !redundant.contains(row))
                .toArray();
        ClusterHierarchy hierarchy = ClusterTask.hierarchy(
                work.neighbours(), snapshot.vectors().select(rows), seedOrDefault(), work.progress());
        int top = hierarchy.levels().size() - 1;
        int[] cluster = hierarchy.flat(top);
        int clusters = hierarchy.levels().get(top).k();
        Map<Integer, String> groupOf = new TreeMap<>();
        Map<String, List<Integer>> candidates = new TreeMap<>();
        for (int i = 0; i < rows.length; i++) {
            String group = clusterName(cluster[i], clusters);
            groupOf.put(rows[i], group);
            candidates.computeIfAbsent(group, name -> new ArrayList<>()).add(rows[i]);
        }
        SortedMap<String, List<Integer>> chosen = new TreeMap<>();
        int count = Math.min(Objects.requireNonNull(n), rows.length);
        for (int i : HierarchicalSampling.sample(hierarchy, count, seedOrDefault())) {
            chosen.computeIfAbsent(clusterName(cluster[i], clusters), name -> new ArrayList<>())
                    .add(rows[i]);
        }
        return new Choice(groupOf, candidates, chosen, redundant.size(), 0, null);
    }

    private static String clusterName(int cluster, int clusters) {
        int width = Integer.toString(Math.max(0, clusters - 1)).length();
        return ("cluster %0" + width + "d").formatted(cluster);
    }

    private static Set<Integer> redundant(Work work, Nearness nearness) {
        Set<Integer> redundant = new HashSet<>();
        new NearDuplicates(work.neighbours())
                .find(
                        work.snapshot(),
                        nearness,
                        SurvivorPolicy.RESOLUTION,
                        Links.of(work.sources().decisions(), work.snapshot().images()),
                        work.progress().part(0.2, 0.4))
                .forEach(group -> group.members().forEach(member -> redundant.add(member.row())));
        return redundant;
    }

    private Map<Integer, String> groups(Work work) {
        Snapshot snapshot = work.snapshot();
        Map<Integer, String> groups = new TreeMap<>();
        if (by == GroupBy.LABEL) {
            for (int row = 0; row < snapshot.size(); row++) {
                List<String> labels = snapshot.image(row).labels();
                if (!labels.isEmpty()) {
                    groups.put(row, labels.getFirst());
                }
            }
            if (groups.isEmpty() && snapshot.size() > 0) {
                throw new InvalidParameterException("by", "expected cluster: no image of this dataset has a label");
            }
        } else {
            Clustering clustering = ClusterTask.clustering(work, k, seedOrDefault());
            for (int row = 0; row < snapshot.size(); row++) {
                groups.put(row, clusterName(clustering.cluster()[row], clustering.k()));
            }
        }
        return groups;
    }

    private static double coverageRadius(
            Work work, Map<String, List<Integer>> candidates, Map<String, List<Integer>> chosen) {
        int[] all = rows(candidates);
        int[] centres = rows(chosen);
        if (centres.length == 0) {
            return 0;
        }
        Neighbours.Nearest nearest = work.neighbours()
                .nearest(
                        work.snapshot().vectors().select(all),
                        work.snapshot().vectors().select(centres),
                        1,
                        Progress.NONE);
        return IntStream.range(0, all.length)
                .mapToDouble(i -> Math.max(0, 1 - nearest.similarity(i, 0)))
                .max()
                .orElse(0);
    }

    private static int[] rows(Map<String, List<Integer>> groups) {
        return groups.values().stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
