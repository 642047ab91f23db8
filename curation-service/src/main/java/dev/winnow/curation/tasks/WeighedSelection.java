package dev.winnow.curation.tasks;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.balance.NeighbourVotes;
import dev.winnow.curation.selection.Candidates;
import dev.winnow.curation.selection.Limits;
import dev.winnow.curation.selection.SubsetSelection;
import dev.winnow.curation.selection.SubsetSelection.Objectives;
import dev.winnow.curation.selection.SubsetSelection.Subset;
import dev.winnow.curation.selection.SubsetSelection.Target;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.RandomRows;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chooses by objectives, and holds what was chosen against what chance would have chosen. */
final class WeighedSelection {

    private static final int VOTERS = 10;

    private final SelectTask task;
    private final Work work;
    private final Snapshot snapshot;
    private final Map<Integer, String> groupOf;
    private final int[] candidates;
    private final int[] initial;

    /** @param groupOf of each row that can be chosen, redundant or not */
    WeighedSelection(SelectTask task, Work work, Map<Integer, String> groupOf, Set<Integer> redundant) {
        this.task = task;
        this.work = work;
        this.snapshot = work.snapshot();
        this.groupOf = groupOf;
        boolean fromLabelled = task.start() == SelectTask.Start.LABELLED;
        this.initial = IntStream.range(0, snapshot.size())
                .filter(row -> fromLabelled && isLabelled(row))
                .toArray();
        this.candidates = IntStream.range(0, snapshot.size())
                .filter(row ->
                        groupOf.containsKey(row) && !redundant.contains(row) && !(fromLabelled && isLabelled(row)))
                .toArray();
    }

    record Weighed(List<Integer> rows, Achieved achieved) {}

    Weighed choose() {
        List<TargetShares> wanted = task.targets() == null ? List.of() : task.targets();
        List<Target> targets =
                wanted.stream().map(target -> target.of(snapshot)).toList();
        Objectives objectives = objectives(targets);
        SortedMap<String, Integer> groups = groups();
        Limits limits = limits(groups);
        Subset subset = new SubsetSelection(work.neighbours())
                .choose(
                        new Candidates(snapshot.vectors(), candidates, initial),
                        Objects.requireNonNull(task.n()),
                        objectives,
                        limits,
                        task.seedOrDefault(),
                        work.progress().part(0.1, 0.9));
        int[] chosen = subset.rows().stream().mapToInt(Integer::intValue).toArray();
        int[] drawn = Arrays.stream(
                        RandomRows.drawn(candidates.length, chosen.length, new SplittableRandom(task.seedOrDefault())))
                .map(i -> candidates[i])
                .toArray();
        int[] all =
                IntStream.concat(Arrays.stream(initial), Arrays.stream(chosen)).toArray();
        Achieved achieved = new Achieved(
                initial.length,
                subset.contributed(),
                initial.length == 0 ? null : spread(new int[0]).coverageRadius(),
                spread(chosen),
                spread(drawn),
                subset.tooNear(),
                missed(groups, limits, chosen),
                objectives.uncertainty() == 0
                        ? null
                        : new Achieved.Change(mean(objectives.scores(), candidates), mean(objectives.scores(), chosen)),
                IntStream.range(0, targets.size())
                        .mapToObj(i -> new Achieved.TargetReached(
                                targets.get(i).identifier(),
                                wanted.get(i).bins(),
                                targets.get(i).shares(),
                                targets.get(i).counts(candidates),
                                targets.get(i).counts(all),
                                new Achieved.Change(
                                        targets.get(i).distance(candidates),
                                        targets.get(i).distance(all))))
                        .toList());
        return new Weighed(subset.rows(), achieved);
    }

    private boolean isLabelled(int row) {
        return !snapshot.image(row).labels().isEmpty();
    }

    /** Without any weight it is facility location: what is learnt from it serves unseen images best. */
    private Objectives objectives(List<Target> targets) {
        ObjectiveWeights weights = task.objectives();
        double coverage = weights == null ? 0 : ObjectiveWeights.orZero(weights.coverage());
        double facilityLocation = weights == null ? 0 : ObjectiveWeights.orZero(weights.facilityLocation());
        double uncertainty = weights == null ? 0 : ObjectiveWeights.orZero(weights.uncertainty());
        if (task.scores() != null && uncertainty == 0) {
            throw new InvalidParameterException("scores", "expected only with a weight of objectives.uncertainty");
        }
        if (coverage + facilityLocation + uncertainty == 0) {
            facilityLocation = 1;
        }
        return new Objectives(
                coverage,
                facilityLocation,
                uncertainty,
                uncertainty == 0 ? new double[0] : scores(),
                targets,
                task.minDistance() == null ? 0 : task.minDistance());
    }

    /** As given, or how far the labelled neighbours of an unlabelled image disagree. */
    private double[] scores() {
        double[] scores = new double[snapshot.size()];
        Map<String, Double> given = task.scores();
        if (given != null) {
            Arrays.setAll(
                    scores, row -> given.getOrDefault(snapshot.image(row).id().toString(), 0.0));
            return scores;
        }
        int[] labelled = rows(true);
        int[] unlabelled = rows(false);
        if (labelled.length == 0 && snapshot.size() > 0) {
            throw new InvalidParameterException("scores", "expected scores: no image of this dataset has a label");
        }
        if (unlabelled.length > 0) {
            NeighbourVotes votes = new NeighbourVotes(
                    work.neighbours(),
                    snapshot.vectors().select(unlabelled),
                    snapshot.vectors().select(labelled),
                    Arrays.stream(labelled)
                            .mapToObj(row -> snapshot.image(row).labels())
                            .toList(),
                    VOTERS,
                    work.progress().part(0, 0.1));
            for (int i = 0; i < unlabelled.length; i++) {
                scores[unlabelled[i]] = votes.uncertainty(i);
            }
        }
        return scores;
    }

    private int[] rows(boolean labelled) {
        return IntStream.range(0, snapshot.size())
                .filter(row -> isLabelled(row) == labelled)
                .toArray();
    }

    /** All groups by name, numbered in that order. */
    private SortedMap<String, Integer> groups() {
        SortedMap<String, Integer> groups = new TreeMap<>();
        groupOf.values().forEach(name -> groups.put(name, 0));
        int number = 0;
        for (Map.Entry<String, Integer> group : groups.entrySet()) {
            group.setValue(number++);
        }
        return groups;
    }

    private Limits limits(SortedMap<String, Integer> groups) {
        if (task.by() == null || task.by() == GroupBy.NONE) {
            return Limits.none(candidates.length);
        }
        int[] group = Arrays.stream(candidates).map(row -> number(groups, row)).toArray();
        int[] least = new int[groups.size()];
        int[] most = new int[groups.size()];
        if (task.floors() == null && task.quotas() == null) {
            int[] there = new int[groups.size()];
            int[] available = new int[groups.size()];
            Arrays.stream(initial).filter(groupOf::containsKey).forEach(row -> there[number(groups, row)]++);
            Arrays.stream(group).forEach(number -> available[number]++);
            most = Limits.equalShares(there, available, Objects.requireNonNull(task.n()));
        } else {
            Arrays.fill(most, Integer.MAX_VALUE);
            set("quotas", task.quotas(), groups, most);
            set("floors", task.floors(), groups, least);
            if (Arrays.stream(least).asLongStream().sum() > Objects.requireNonNull(task.n())) {
                throw new InvalidParameterException("floors", "expected a sum of at most n, " + task.n());
            }
            for (Map.Entry<String, Integer> each : groups.entrySet()) {
                if (least[each.getValue()] > most[each.getValue()]) {
                    throw new InvalidParameterException(
                            "floors", "expected at most the quota of the group, got more for " + each.getKey());
                }
            }
        }
        return new Limits(group, least, most);
    }

    private int number(SortedMap<String, Integer> groups, int row) {
        return Objects.requireNonNull(groups.get(groupOf.get(row)));
    }

    private static void set(
            String field, @Nullable Map<String, Integer> given, SortedMap<String, Integer> groups, int[] into) {
        if (given != null) {
            given.forEach((name, count) -> {
                Integer group = groups.get(name);
                if (group == null) {
                    throw new InvalidParameterException(
                            field,
                            "expected names of groups, such as "
                                    + (groups.isEmpty() ? "none: there is no image" : groups.firstKey()) + ", got "
                                    + name);
                }
                into[group] = count;
            });
        }
    }

    private Map<String, Integer> missed(SortedMap<String, Integer> groups, Limits limits, int[] chosen) {
        Map<String, Integer> missed = new TreeMap<>();
        groups.forEach((name, group) -> {
            if (group < limits.least().length) {
                int has = (int) Arrays.stream(chosen)
                        .filter(row -> number(groups, row) == group)
                        .count();
                if (has < limits.least()[group]) {
                    missed.put(name, limits.least()[group] - has);
                }
            }
        });
        return missed;
    }

    private Achieved.Spread spread(int[] chosen) {
        Vectors vectors = snapshot.vectors();
        int[] centres =
                IntStream.concat(Arrays.stream(initial), Arrays.stream(chosen)).toArray();
        if (centres.length == 0 || candidates.length == 0) {
            return new Achieved.Spread(0, 0, 0);
        }
        Vectors selected = vectors.select(centres);
        float[] similarity = work.neighbours()
                .assign(vectors.select(candidates), selected, Progress.NONE)
                .similarity();
        Neighbours.Nearest others = work.neighbours().join(selected, 1, Progress.NONE);
        double least = 1;
        double represented = 0;
        for (float s : similarity) {
            least = Math.min(least, s);
            represented += Math.max(0, s);
        }
        double apart = 0;
        for (float s : others.similarities()) {
            apart += Math.max(0, 1 - s);
        }
        return new Achieved.Spread(
                1 - least, represented / similarity.length, apart / Math.max(1, others.similarities().length));
    }

    private static double mean(double[] of, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> of[row]).average().orElse(0);
    }
}
