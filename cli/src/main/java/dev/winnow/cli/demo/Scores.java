package dev.winnow.cli.demo;

import dev.winnow.cli.sample.SampleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much of what was planted in the sample set was found. Duplicates are counted in pairs: two images are a pair if one
 * group holds them both.
 *
 * @param exactFound of {@code exactPlanted} pairs of identical files, those within one found group
 * @param nearFound of {@code nearPlanted} pairs with an edited image, those within one found group
 * @param precision share of the found pairs that were planted
 * @param recall share of the planted pairs that were found
 * @param outliersFound of {@code outliersPlanted}, those among the first {@code topN} reported
 * @param purity share of the labelled images whose cluster's most frequent label is their own
 */
record Scores(
        int exactFound,
        int exactPlanted,
        int nearFound,
        int nearPlanted,
        double precision,
        double recall,
        int outliersFound,
        int outliersPlanted,
        int topN,
        double purity) {

    private record Pair(String first, String second) {
        static Pair of(String a, String b) {
            return a.compareTo(b) < 0 ? new Pair(a, b) : new Pair(b, a);
        }
    }

    static Scores of(
            SampleSet.Truth truth,
            Results.Duplicates duplicates,
            Results.Outliers outliers,
            Results.Clusters clusters) {
        Set<Pair> exact = new HashSet<>();
        truth.exactDuplicates().forEach(group -> exact.addAll(pairs(group)));
        Set<Pair> planted = new HashSet<>();
        merged(truth).forEach(group -> planted.addAll(pairs(group)));
        Set<Pair> found = new HashSet<>();
        for (Results.Group group : duplicates.groups()) {
            List<String> paths = new ArrayList<>(List.of(group.survivor().path()));
            group.members().forEach(member -> paths.add(member.path()));
            found.addAll(pairs(paths));
        }
        Set<Pair> right = new HashSet<>(found);
        right.retainAll(planted);
        int exactFound = (int) exact.stream().filter(found::contains).count();
        int topN = truth.outliers().size();
        long outliersFound = outliers.outliers().stream()
                .limit(topN)
                .filter(outlier -> truth.outliers().contains(outlier.path()))
                .count();
        return new Scores(
                exactFound,
                exact.size(),
                right.size() - exactFound,
                planted.size() - exact.size(),
                found.isEmpty() ? 1 : right.size() / (double) found.size(),
                planted.isEmpty() ? 1 : right.size() / (double) planted.size(),
                (int) outliersFound,
                topN,
                topN,
                purity(truth, clusters));
    }

    /** Copies and edits of one original belong together. */
    private static List<Set<String>> merged(SampleSet.Truth truth) {
        Map<String, Set<String>> byOriginal = new HashMap<>();
        for (List<List<String>> groups : List.of(truth.exactDuplicates(), truth.nearDuplicates())) {
            groups.forEach(group -> byOriginal
                    .computeIfAbsent(group.getFirst(), original -> new LinkedHashSet<>())
                    .addAll(group));
        }
        return List.copyOf(byOriginal.values());
    }

    private static Set<Pair> pairs(Iterable<String> group) {
        Set<Pair> pairs = new HashSet<>();
        List<String> before = new ArrayList<>();
        for (String path : group) {
            before.forEach(other -> pairs.add(Pair.of(other, path)));
            before.add(path);
        }
        return pairs;
    }

    private static double purity(SampleSet.Truth truth, Results.Clusters clusters) {
        Map<String, String> labels = truth.images().stream()
                .filter(image -> image.label() != null)
                .collect(Collectors.toMap(SampleSet.Labelled::path, image -> String.valueOf(image.label())));
        Map<Integer, Map<String, Integer>> counts = new HashMap<>();
        for (Results.Assignment assignment : clusters.assignments()) {
            String label = labels.get(assignment.path());
            if (label != null) {
                counts.computeIfAbsent(assignment.cluster(), cluster -> new HashMap<>())
                        .merge(label, 1, Integer::sum);
            }
        }
        int pure = counts.values().stream()
                .mapToInt(byLabel ->
                        byLabel.values().stream().mapToInt(n -> n).max().orElse(0))
                .sum();
        return labels.isEmpty() ? 1 : pure / (double) labels.size();
    }
}
