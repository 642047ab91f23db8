package dev.winnow.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.cli.sample.SampleSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoresTest {

    private static final SampleSet.Truth TRUTH = new SampleSet.Truth(
            List.of(
                    new SampleSet.Labelled("a", "x"),
                    new SampleSet.Labelled("a-copy", "x"),
                    new SampleSet.Labelled("a-edit", "x"),
                    new SampleSet.Labelled("b", "y"),
                    new SampleSet.Labelled("b-edit", "y"),
                    new SampleSet.Labelled("odd", null)),
            List.of(List.of("a", "a-copy")),
            List.of(List.of("a", "a-edit"), List.of("b", "b-edit")),
            List.of("odd"));

    @Test
    void countsPairsWithinGroups() {
        // Planted are a/a-copy, a/a-edit, a-copy/a-edit and b/b-edit. Found are the first of them, and a/b, b/a-copy.
        Results.Duplicates found =
                new Results.Duplicates(new Results.Threshold(0.9), List.of(group("a", "a-copy", "b")), 1, 1, 0);
        Scores scores = Scores.of(TRUTH, found, outliers("b", "odd"), clusters("a", "a-copy", "b", "b-edit"));
        assertThat(scores.exactFound()).isEqualTo(1);
        assertThat(scores.exactPlanted()).isEqualTo(1);
        assertThat(scores.nearFound()).isZero();
        assertThat(scores.nearPlanted()).isEqualTo(3);
        assertThat(scores.precision()).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(scores.recall()).isCloseTo(1 / 4.0, within(1e-9));
        assertThat(scores.outliersFound()).isZero();
        assertThat(scores.purity()).isCloseTo(2 / 5.0, within(1e-9));
    }

    @Test
    void isPerfectWhereEverythingWasFound() {
        Results.Duplicates found = new Results.Duplicates(
                new Results.Threshold(0.9), List.of(group("a-edit", "a", "a-copy"), group("b", "b-edit")), 1, 2, 0);
        Scores scores = Scores.of(TRUTH, found, outliers("odd", "b"), clusters("b", "b-edit"));
        assertThat(scores.precision()).isEqualTo(1);
        assertThat(scores.recall()).isEqualTo(1);
        assertThat(scores.outliersFound()).isEqualTo(1);
    }

    private static Results.Group group(String survivor, String... members) {
        return new Results.Group(
                new Results.Image(survivor, survivor),
                List.of(members).stream()
                        .map(path -> new Results.Member(path, path, "near", 0.95))
                        .toList());
    }

    private static Results.Outliers outliers(String... paths) {
        return new Results.Outliers(
                List.of(paths).stream()
                        .map(path -> new Results.Outlier(path, path, 1, 1, null))
                        .toList(),
                0);
    }

    private static Results.Clusters clusters(String... paths) {
        return new Results.Clusters(
                1,
                List.of(new Results.Cluster(0, paths.length, 1, Map.of(), List.of())),
                List.of(paths).stream()
                        .map(path -> new Results.Assignment(path, path, 0))
                        .toList(),
                0);
    }
}
