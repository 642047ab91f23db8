package dev.winnow.cli.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A colour for each of the most frequent labels, grey for all others. */
record LabelColours(Map<String, String> byLabel) {

    /** Twelve hues that differ on light and on dark ground. */
    private static final List<String> PALETTE = List.of(
            "#2a9d8f", "#e9a23b", "#4f7cd4", "#d4645c", "#8a6fc4", "#6aa84f", "#c86aa5", "#3fa7c9", "#a7793e",
            "#7d8f2f", "#5d6fa8", "#b5533c");

    static LabelColours of(Results.Clusters clusters) {
        Map<String, Integer> counts = new HashMap<>();
        clusters.clusters()
                .forEach(cluster -> cluster.labels().forEach((label, n) -> counts.merge(label, n, Integer::sum)));
        List<String> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(PALETTE.size())
                .map(Map.Entry::getKey)
                .toList();
        Map<String, String> colours = new HashMap<>();
        for (int i = 0; i < frequent.size(); i++) {
            colours.put(frequent.get(i), PALETTE.get(i));
        }
        return new LabelColours(Map.copyOf(colours));
    }

    String of(String label) {
        return byLabel.getOrDefault(label, "#98a3a6");
    }
}
