package dev.winnow.curation.jobs;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.duplicates.Nearness.Threshold;
import java.util.List;
import java.util.SortedMap;

/** What a task found, as it is sent. Similarities are cosines, −1 to 1; a distance is 1 − similarity. */
public sealed interface Report {

    /** @param criterion how k came about */
    record Clusters(
            int k,
            String criterion,
            double silhouette,
            double cohesion,
            List<ClusterSummary> clusters,
            List<Assignment> assignments)
            implements Report {}

    /**
     * @param cohesion mean similarity to the centre
     * @param labels how many images of the cluster carry each label
     * @param typical nearest to the centre, nearest first
     * @param edge nearest to another centre than their own, relative to their own
     */
    record ClusterSummary(
            int id,
            int size,
            double cohesion,
            SortedMap<String, Integer> labels,
            List<ImageRef> typical,
            List<ImageRef> edge) {}

    /** Which cluster an image is in, and how similar it is to its centre. */
    record Assignment(ImageId id, String path, int cluster, double similarity) {}

    /**
     * @param exact how many images have a survivor with the same bytes
     * @param near how many have a survivor that looks the same
     */
    record Duplicates(Threshold threshold, String survivor, int exact, int near, List<Group> groups)
            implements Report {}

    /** A duplicate group; the members are those besides the survivor. */
    record Group(ImageRef survivor, List<GroupMember> members) {}

    /** @param hashDistance differing bits of the perceptual hashes, 0 to 64 */
    record GroupMember(
            ImageId id, String path, Verdict verdict, double similarity, double distance, int hashDistance) {}

    /** @param median the median score of all images, for comparison */
    record Outliers(int k, double median, List<RankedOutlier> outliers) implements Report {}

    /**
     * @param rank from 1, the rarest
     * @param score distance × density ratio
     * @param distance mean cosine distance to the k nearest
     * @param densityRatio that distance over the neighbours' own
     */
    record RankedOutlier(
            int rank, ImageId id, String path, double score, double distance, double densityRatio, Neighbour nearest) {}

    record Neighbour(ImageId id, String path, double similarity) {}

    /**
     * @param before images a group, of all that could be chosen or not
     * @param after images a group, of those selected
     * @param duplicatesExcluded images left out because a survivor stands for them
     * @param ungrouped images left out because they have no label
     * @param coverageRadius the largest distance of any candidate to its nearest selected image
     */
    record Selection(
            List<Selected> selected,
            SortedMap<String, Integer> before,
            SortedMap<String, Integer> after,
            int duplicatesExcluded,
            int ungrouped,
            double coverageRadius)
            implements Report {}

    record Selected(ImageId id, String path, String group) {}
}
