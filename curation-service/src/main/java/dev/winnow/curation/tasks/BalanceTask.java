package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.balance.ClassObjects;
import dev.winnow.curation.balance.Imbalance;
import dev.winnow.curation.balance.ScarceClasses;
import dev.winnow.curation.selection.BalancedSelection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How classes are distributed over images and boxes, a subset in which they are even, and where there may be more of the
 * scarce ones.
 *
 * @param n size of the balanced subset; default as many as keep all classes equal
 * @param k how many labelled neighbours tell what an unlabelled image shows, default 10
 * @param limit how many likely images are reported of each scarce class, default 50
 * @param seed accepted for uniformity; nothing here is random
 */
@JsonTypeName("balance")
public record BalanceTask(
        @Nullable Integer n,
        @Nullable Integer k,
        @Nullable Integer limit,
        @Nullable Long seed) implements CurationTask {

    private static final int DEFAULT_K = 10;
    private static final int DEFAULT_LIMIT = 50;
    /** Pairs beyond it are rare. */
    private static final int MOST_PAIRS = 1000;

    public BalanceTask {
        if (n != null) {
            InvalidParameterException.checkRange("n", n, 1, 10_000_000);
        }
        if (k != null) {
            InvalidParameterException.checkRange("k", k, 1, 1000);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 10_000);
        }
    }

    /**
     * @param labelled images with a label
     * @param classes images of each class; one with several labels counts for each
     * @param imbalance of these counts
     * @param scarce classes with fewer than half the images of the mean class, those with the fewest first
     * @param subset a balanced choice of labelled images, by their first label
     * @param boxes the same of boxes
     */
    public record Balance(
            int images,
            int labelled,
            SortedMap<String, Integer> classes,
            Imbalance imbalance,
            List<Scarce> scarce,
            Subset subset,
            BoxBalance boxes)
            implements Report {}

    /** @param likely unlabelled images that probably show the class, the likeliest first */
    public record Scarce(String label, int images, List<LikelyImage> likely) {}

    /**
     * @param likelihood the class's share of its labelled neighbours' votes, above 0 to 1
     * @param nearest the labelled image of the class that it resembles most
     */
    public record LikelyImage(ImageId id, String path, double likelihood, ImageRef nearest, double similarity) {}

    /** @param images by class, each class's in the order they were chosen */
    public record Subset(
            int n, SortedMap<String, Integer> classes, Imbalance imbalance, SortedMap<String, List<ImageRef>> images) {}

    /**
     * @param images that were annotated, also those on which nothing was found
     * @param together pairs of classes on the same images, the most frequent first
     */
    public record BoxBalance(
            int images,
            int count,
            SortedMap<String, ClassObjects> classes,
            Imbalance imbalance,
            List<ClassObjects.Together> together) {}

    @Override
    public boolean leavesOutDropped() {
        return true;
    }

    @Override
    public void check(long images) {
        if (n != null) {
            InvalidParameterException.checkRange("n", n, 1, (double) Math.max(1, images));
        }
    }

    @Override
    public Balance run(Work work) {
        Snapshot snapshot = work.snapshot();
        List<List<String>> labels = IntStream.range(0, snapshot.size())
                .mapToObj(row -> snapshot.image(row).labels())
                .toList();
        SortedMap<String, Integer> classes = new TreeMap<>();
        labels.forEach(its -> its.stream().distinct().forEach(label -> classes.merge(label, 1, Integer::sum)));
        return new Balance(
                snapshot.size(),
                (int) labels.stream().filter(its -> !its.isEmpty()).count(),
                classes,
                Imbalance.of(classes.values()),
                scarce(work.part(0, 0.4), labels, classes),
                subset(work.part(0.4, 0.8), labels),
                boxes(work.part(0.8, 1)));
    }

    private List<Scarce> scarce(Work work, List<List<String>> labels, Map<String, Integer> classes) {
        Snapshot snapshot = work.snapshot();
        List<String> scarce = ScarceClasses.among(classes);
        Map<String, List<ScarceClasses.Likely>> likely = new ScarceClasses(work.neighbours())
                .likely(
                        snapshot.vectors(),
                        labels,
                        scarce,
                        k == null ? DEFAULT_K : k,
                        limit == null ? DEFAULT_LIMIT : limit,
                        work.progress());
        return scarce.stream()
                .map(label -> new Scarce(
                        label,
                        classes.getOrDefault(label, 0),
                        likely.getOrDefault(label, List.of()).stream()
                                .map(one -> new LikelyImage(
                                        snapshot.image(one.row()).id(),
                                        snapshot.image(one.row()).path(),
                                        one.likelihood(),
                                        new ImageRef(snapshot.image(one.evidence())),
                                        one.similarity()))
                                .toList()))
                .toList();
    }

    private Subset subset(Work work, List<List<String>> labels) {
        Snapshot snapshot = work.snapshot();
        Map<String, List<Integer>> groups = new TreeMap<>();
        for (int row = 0; row < labels.size(); row++) {
            if (!labels.get(row).isEmpty()) {
                groups.computeIfAbsent(labels.get(row).getFirst(), label -> new ArrayList<>())
                        .add(row);
            }
        }
        int fewest = groups.values().stream().mapToInt(List::size).min().orElse(0);
        SortedMap<String, Integer> counts = new TreeMap<>();
        SortedMap<String, List<ImageRef>> images = new TreeMap<>();
        new BalancedSelection(work.neighbours())
                .select(snapshot.vectors(), groups, n == null ? fewest * groups.size() : n, work.progress())
                .forEach((label, rows) -> {
                    counts.put(label, rows.size());
                    images.put(
                            label,
                            rows.stream()
                                    .map(row -> new ImageRef(snapshot.image(row)))
                                    .toList());
                });
        return new Subset(
                counts.values().stream().mapToInt(Integer::intValue).sum(),
                counts,
                Imbalance.of(counts.values()),
                images);
    }

    private static BoxBalance boxes(Work work) {
        Snapshot snapshot = work.snapshot();
        Map<ImageId, Integer> rowOf = new HashMap<>();
        for (int row = 0; row < snapshot.size(); row++) {
            rowOf.put(snapshot.image(row).id(), row);
        }
        List<ClassObjects.Annotated> annotated = new ArrayList<>();
        work.sources().forEachAnnotated((image, objects) -> {
            Integer row = rowOf.get(image);
            // An image that has gone from the index has no size to hold a box against.
            if (row != null) {
                work.progress().at("boxes", (double) annotated.size() / snapshot.size());
                annotated.add(new ClassObjects.Annotated(
                        snapshot.image(row).width(),
                        snapshot.image(row).height(),
                        objects.objects().stream()
                                .map(object -> new ClassObjects.Labelled(object.label(), object.box()))
                                .toList()));
            }
        });
        SortedMap<String, ClassObjects> classes = ClassObjects.of(annotated);
        return new BoxBalance(
                annotated.size(),
                classes.values().stream().mapToInt(ClassObjects::count).sum(),
                classes,
                Imbalance.of(classes.values().stream().map(ClassObjects::count).toList()),
                ClassObjects.together(annotated).stream().limit(MOST_PAIRS).toList());
    }
}
