package dev.winnow.cli.demo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the services answer, as far as the report needs it: this program's own view of their HTTP. */
final class Results {

    private Results() {}

    /** Counts of a dataset. */
    record Dataset(String name, long images, long pending, long failed) {}

    record Datasets(List<Dataset> datasets) {}

    record Image(String id, String path) {}

    record Job(
            String id,
            String status,
            double progress,
            @Nullable String error) {}

    record Clusters(int k, List<Cluster> clusters, List<Assignment> assignments, double seconds) {}

    record Cluster(int id, int size, double cohesion, Map<String, Integer> labels, List<Image> typical) {}

    record Assignment(String id, String path, int cluster) {}

    record Duplicates(Threshold threshold, List<Group> groups, int exact, int near, double seconds) {}

    /** @param similarity the least cosine similarity of near images, at the dataset's typical density */
    record Threshold(double similarity) {}

    record Group(Image survivor, List<Member> members) {}

    /** @param verdict {@code exact} or {@code near} */
    record Member(String id, String path, String verdict, double similarity) {}

    record Outliers(List<Outlier> outliers, double seconds) {}

    record Outlier(
            String id,
            String path,
            double score,
            int rank,
            @Nullable Neighbour nearest) {}

    record Neighbour(String id, String path, double similarity) {}

    record Selection(
            List<Selected> selected, Map<String, Integer> before, Map<String, Integer> after, double seconds) {}

    record Selected(String id, String path, String group) {}

    record Failures(List<FailedImage> failures) {}

    /** An image the worker could not use. */
    record FailedImage(String path, String reason, String detail) {}

    /** An answer of problem+json. */
    record Problem(
            @Nullable String title,
            @Nullable String detail,
            @Nullable String reason) {}
}
