package dev.winnow.curation.jobs;

import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.SphericalKMeans;
import dev.winnow.curation.duplicates.DuplicateGroup;
import dev.winnow.curation.duplicates.NearDuplicates;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.rarity.Outliers;
import dev.winnow.curation.selection.BalancedSelection;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Loads a dataset's vectors and runs a task over them. */
@ApplicationScoped
public class CurationEngine {

    private static final int EXAMPLES = 6;

    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final Neighbours neighbours;
    private final int maxImages;

    CurationEngine(VectorIndex index, DatasetLedger ledger, Neighbours neighbours, CurationConfig config) {
        this.index = index;
        this.ledger = ledger;
        this.neighbours = neighbours;
        this.maxImages = config.jobs().maxImages();
    }

    /**
     * Runs a task. The same vectors, parameters and seed give the same report.
     *
     * @throws InvalidParameterException if the dataset is too small for the parameters, or too large for a job
     */
    public TaskResult run(String dataset, CurationTask task, Progress progress) {
        long start = System.nanoTime();
        Snapshot snapshot = load(dataset, progress.part(0, 0.2));
        task.check(snapshot.size());
        Progress work = progress.part(0.2, 1);
        Report report =
                switch (task) {
                    case CurationTask.Cluster cluster -> cluster(snapshot, cluster, work);
                    case CurationTask.Deduplicate deduplicate -> deduplicate(snapshot, deduplicate, work);
                    case CurationTask.Outliers outliers -> outliers(snapshot, outliers, work);
                    case CurationTask.Select select -> select(snapshot, select, work);
                };
        return new TaskResult(
                task.type(),
                dataset,
                snapshot.model(),
                task,
                task.seedOrDefault(),
                snapshot.watermark(),
                (System.nanoTime() - start) / 1e9,
                report);
    }

    private Snapshot load(String dataset, Progress progress) {
        long expected = index.count(dataset, Filter.ALL);
        if (expected > maxImages) {
            throw new InvalidParameterException(
                    "dataset", "expected at most " + maxImages + " images (winnow.jobs.max-images), got " + expected);
        }
        // Before the images are read: one that arrives in between is then counted as pending, never passed over.
        Freshness freshness = ledger.freshness(dataset);
        String model = index.model().orElseThrow(() -> new NotFoundException("dataset", dataset));
        // All of one model, also if another becomes active while they are read.
        VectorIndex its = index.of(model).orElse(index);
        List<DatasetImage> images = new ArrayList<>((int) expected);
        Vectors.Builder[] vectors = new Vectors.Builder[1];
        its.scan(dataset, Filter.ALL, embedded -> {
            if (vectors[0] == null) {
                vectors[0] = new Vectors.Builder(embedded.vector().length, (int) expected);
            }
            vectors[0].add(embedded.vector());
            images.add(embedded.image());
            progress.at("loading", Math.min(1, (double) images.size() / Math.max(1, expected)));
        });
        return new Snapshot(
                dataset,
                model,
                images,
                vectors[0] == null ? Vectors.of(1, List.of()) : vectors[0].build(),
                new Watermark(images.size(), freshness));
    }

    private Clustering clustering(Vectors vectors, @Nullable Integer k, long seed, Progress progress) {
        SphericalKMeans kMeans = new SphericalKMeans(neighbours);
        return k == null ? kMeans.fitBest(vectors, seed, progress) : kMeans.fit(vectors, k, seed, progress);
    }

    private Report cluster(Snapshot snapshot, CurationTask.Cluster task, Progress progress) {
        Clustering clustering = clustering(snapshot.vectors(), task.k(), task.seedOrDefault(), progress);
        List<List<Integer>> members = new ArrayList<>();
        IntStream.range(0, clustering.k()).forEach(c -> members.add(new ArrayList<>()));
        IntStream.range(0, snapshot.size())
                .forEach(row -> members.get(clustering.cluster()[row]).add(row));
        List<Report.ClusterSummary> summaries = new ArrayList<>();
        for (int c = 0; c < clustering.k(); c++) {
            List<Integer> rows = members.get(c);
            summaries.add(new Report.ClusterSummary(
                    c,
                    rows.size(),
                    rows.stream()
                            .mapToDouble(row -> clustering.similarity()[row])
                            .average()
                            .orElse(0),
                    labels(snapshot, rows),
                    examples(snapshot, rows, row -> -clustering.similarity()[row]),
                    examples(
                            snapshot,
                            rows,
                            row -> clustering.similarity()[row] - clustering.runnerUp()[row])));
        }
        return new Report.Clusters(
                clustering.k(),
                task.k() == null ? "highest mean simplified silhouette" : "given",
                clustering.silhouette(),
                clustering.cohesion(),
                summaries,
                IntStream.range(0, snapshot.size())
                        .mapToObj(row -> new Report.Assignment(
                                snapshot.image(row).id(),
                                snapshot.image(row).path(),
                                clustering.cluster()[row],
                                clustering.similarity()[row]))
                        .toList());
    }

    private static List<ImageRef> examples(Snapshot snapshot, List<Integer> rows, ToDoubleFunction<Integer> key) {
        return rows.stream()
                .sorted(Comparator.comparingDouble(key).thenComparing(Comparator.naturalOrder()))
                .limit(EXAMPLES)
                .map(row -> new ImageRef(snapshot.image(row)))
                .toList();
    }

    private static SortedMap<String, Integer> labels(Snapshot snapshot, List<Integer> rows) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        rows.forEach(row -> snapshot.image(row).labels().forEach(label -> counts.merge(label, 1, Integer::sum)));
        return counts;
    }

    private Report deduplicate(Snapshot snapshot, CurationTask.Deduplicate task, Progress progress) {
        SurvivorPolicy policy = task.survivor() == null ? SurvivorPolicy.RESOLUTION : task.survivor();
        NearDuplicates duplicates = new NearDuplicates(neighbours);
        Nearness nearness = nearness(snapshot, task, progress.part(0, 0.5));
        List<Report.Group> groups = new ArrayList<>();
        int exact = 0;
        int near = 0;
        for (DuplicateGroup group : duplicates.find(snapshot, nearness, policy, progress.part(0.5, 1))) {
            List<Report.GroupMember> members = new ArrayList<>();
            for (DuplicateGroup.Member member : group.members()) {
                DatasetImage image = snapshot.image(member.row());
                exact += member.verdict() == DuplicateGroup.Verdict.EXACT ? 1 : 0;
                near += member.verdict() == DuplicateGroup.Verdict.NEAR ? 1 : 0;
                members.add(new Report.GroupMember(
                        image.id(),
                        image.path(),
                        member.verdict(),
                        member.similarity(),
                        1 - member.similarity(),
                        member.hashDistance()));
            }
            groups.add(new Report.Group(new ImageRef(snapshot.image(group.survivor())), members));
        }
        return new Report.Duplicates(nearness.threshold(), policy.toString(), exact, near, groups);
    }

    private Nearness nearness(Snapshot snapshot, CurationTask.Deduplicate task, Progress progress) {
        if (task.threshold() != null) {
            return Nearness.absolute(neighbours, snapshot.vectors(), task.threshold(), progress);
        }
        double ratio = task.ratio() == null ? CurationTask.Deduplicate.DEFAULT_RATIO : task.ratio();
        return Nearness.relative(neighbours, snapshot.vectors(), ratio, progress);
    }

    private Report outliers(Snapshot snapshot, CurationTask.Outliers task, Progress progress) {
        int k = task.k() == null ? CurationTask.Outliers.DEFAULT_K : task.k();
        int limit = task.limit() == null ? CurationTask.Outliers.DEFAULT_LIMIT : task.limit();
        List<Outliers.Outlier> ranking = new Outliers(neighbours).rank(snapshot.vectors(), k, progress);
        List<Report.RankedOutlier> reported = new ArrayList<>();
        for (Outliers.Outlier outlier : ranking.subList(0, Math.min(limit, ranking.size()))) {
            DatasetImage image = snapshot.image(outlier.row());
            DatasetImage nearest = snapshot.image(outlier.nearest());
            reported.add(new Report.RankedOutlier(
                    reported.size() + 1,
                    image.id(),
                    image.path(),
                    outlier.score(),
                    outlier.distance(),
                    outlier.densityRatio(),
                    new Report.Neighbour(nearest.id(), nearest.path(), outlier.similarity())));
        }
        double median = ranking.isEmpty() ? 0 : ranking.get(ranking.size() / 2).score();
        return new Report.Outliers(Math.min(k, Math.max(0, snapshot.size() - 1)), median, reported);
    }

    private Report select(Snapshot snapshot, CurationTask.Select task, Progress progress) {
        Set<Integer> redundant = new HashSet<>();
        if (task.excludeDuplicates() == null || task.excludeDuplicates()) {
            Nearness nearness = Nearness.relative(
                    neighbours, snapshot.vectors(), CurationTask.Deduplicate.DEFAULT_RATIO, progress.part(0, 0.2));
            new NearDuplicates(neighbours)
                    .find(snapshot, nearness, SurvivorPolicy.RESOLUTION, progress.part(0.2, 0.4))
                    .forEach(group -> group.members().forEach(member -> redundant.add(member.row())));
        }
        Map<Integer, String> groupOf = groups(snapshot, task, progress.part(0.4, 0.8));
        SortedMap<String, Integer> before = new TreeMap<>();
        Map<String, List<Integer>> candidates = new TreeMap<>();
        groupOf.forEach((row, group) -> {
            before.merge(group, 1, Integer::sum);
            List<Integer> rows = candidates.computeIfAbsent(group, name -> new ArrayList<>());
            if (!redundant.contains(row)) {
                rows.add(row);
            }
        });
        int n = task.n() == null ? 0 : task.n();
        SortedMap<String, List<Integer>> chosen =
                new BalancedSelection(neighbours).select(snapshot.vectors(), candidates, n, progress.part(0.8, 1));
        List<Report.Selected> selected = new ArrayList<>();
        SortedMap<String, Integer> after = new TreeMap<>();
        before.keySet().forEach(group -> after.put(group, 0));
        chosen.forEach((group, rows) -> {
            after.put(group, rows.size());
            rows.forEach(row -> selected.add(new Report.Selected(
                    snapshot.image(row).id(), snapshot.image(row).path(), group)));
        });
        return new Report.Selection(
                selected,
                before,
                after,
                (int) redundant.stream().filter(groupOf::containsKey).count(),
                snapshot.size() - groupOf.size(),
                coverageRadius(snapshot.vectors(), candidates, chosen));
    }

    private Map<Integer, String> groups(Snapshot snapshot, CurationTask.Select task, Progress progress) {
        Map<Integer, String> groups = new TreeMap<>();
        if (task.by() == GroupBy.LABEL) {
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
            Clustering clustering = clustering(snapshot.vectors(), task.k(), task.seedOrDefault(), progress);
            int width = Integer.toString(Math.max(0, clustering.k() - 1)).length();
            for (int row = 0; row < snapshot.size(); row++) {
                groups.put(
                        row, ("cluster %0" + width + "d").formatted(clustering.cluster()[row]));
            }
        }
        return groups;
    }

    private double coverageRadius(
            Vectors vectors, Map<String, List<Integer>> candidates, Map<String, List<Integer>> chosen) {
        int[] all = candidates.values().stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
        int[] centres = chosen.values().stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
        if (centres.length == 0) {
            return 0;
        }
        Neighbours.Nearest nearest = neighbours.nearest(vectors.select(all), vectors.select(centres), 1, Progress.NONE);
        return IntStream.range(0, all.length)
                .mapToDouble(i -> Math.max(0, 1 - nearest.similarity(i, 0)))
                .max()
                .orElse(0);
    }
}
