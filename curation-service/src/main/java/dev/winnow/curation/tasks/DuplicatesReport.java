package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.CrossDuplicates.Match;
import dev.winnow.curation.duplicates.Decision;
import dev.winnow.curation.duplicates.Decisions;
import dev.winnow.curation.duplicates.DuplicateGroup;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.duplicates.MergedMetadata;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.duplicates.SemDeDup;
import dev.winnow.curation.vectors.ApproximateNeighbours;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link DeduplicateTask} reports. Nothing is deleted or written: groups are proposals. */
sealed interface DuplicatesReport extends Report {

    /**
     * Duplicates within a dataset.
     *
     * @param threshold of near duplicates
     * @param similarThreshold of similar images; null where they were not asked for
     * @param survivor by which policy an image stays
     * @param exact how many images have a survivor with the same bytes
     * @param decided how many were put into a group by a decision alone
     * @param near how many have a survivor that looks the same
     * @param similar how many images of {@code similarGroups} are not survivors
     * @param kept the share of images that survive exact and near duplicates, 0 to 1
     * @param groups exact and near duplicates
     * @param similarGroups what survives of these, and is similar
     * @param approximation what was not looked at; null where every pair was
     * @param approximateNeighbours how the ten nearest of each image were approximated; null where they are exact
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Within(
            String method,
            Nearness.Threshold threshold,
            Nearness.@Nullable Threshold similarThreshold,
            String survivor,
            int exact,
            int decided,
            int near,
            int similar,
            double kept,
            DecisionCount decisions,
            List<Group> groups,
            @Nullable List<Group> similarGroups,
            @Nullable Approximation approximation,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours)
            implements DuplicatesReport {}

    /** How many decisions were obeyed. */
    record DecisionCount(int same, int different) {
        DecisionCount(Decisions decisions) {
            this(decisions.count(Decision.Verdict.SAME), decisions.count(Decision.Verdict.DIFFERENT));
        }
    }

    /**
     * @param exact always false: pairs of different clusters were not compared
     * @param clusters how many there are
     * @param recall what that found of the near pairs, measured on a sample
     */
    record Approximation(boolean exact, int clusters, SemDeDup.Recall recall) {}

    /** A group; the members are those besides the survivor. */
    record Group(ImageRef survivor, List<GroupMember> members, MergedMetadata merged) {
        Group(Snapshot snapshot, DuplicateGroup group) {
            this(
                    new ImageRef(snapshot.image(group.survivor())),
                    described(snapshot, group.members()),
                    MergedMetadata.of(images(snapshot, group)));
        }

        private static List<DatasetImage> images(Snapshot snapshot, DuplicateGroup group) {
            List<DatasetImage> images = new ArrayList<>();
            images.add(snapshot.image(group.survivor()));
            group.members().forEach(member -> images.add(snapshot.image(member.row())));
            return images;
        }
    }

    /**
     * @param score 0 to 1: how far within the threshold
     * @param scaleRatio distance over the local scale; absent where the dataset is too small to have one
     * @param hashDistance differing bits of the perceptual hashes, 0 to 64
     * @param sameBytes whether the files are equal
     * @param decided whether a decision binds it to this group
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record GroupMember(
            ImageId id,
            String path,
            Verdict verdict,
            double score,
            double similarity,
            double distance,
            @Nullable Double scaleRatio,
            int hashDistance,
            boolean sameBytes,
            boolean decided) {}

    static List<GroupMember> described(Snapshot snapshot, List<DuplicateGroup.Member> members) {
        return members.stream()
                .map(member -> new GroupMember(
                        snapshot.image(member.row()).id(),
                        snapshot.image(member.row()).path(),
                        member.verdict(),
                        member.score(),
                        member.similarity(),
                        1 - member.similarity(),
                        member.scaleRatio(),
                        member.hashDistance(),
                        member.verdict() == Verdict.EXACT,
                        member.decided()))
                .toList();
    }

    /**
     * Duplicates in another dataset.
     *
     * @param againstImages how many images that has
     * @param exact how many images have the same bytes there; {@code near} and {@code similar} those that have at best that
     * @param approximateNeighbours how the distances within this dataset, by which near is told, were approximated; null
     *     where they are exact; {@code againstApproximateNeighbours} the same of the other one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Across(
            String against,
            int againstImages,
            Nearness.Threshold threshold,
            Nearness.Threshold againstThreshold,
            Nearness.@Nullable Threshold similarThreshold,
            int exact,
            int near,
            int similar,
            List<Matched> matches,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours,
            ApproximateNeighbours.@Nullable Approximation againstApproximateNeighbours)
            implements DuplicatesReport {}

    /**
     * @param found in the other dataset, surest first, at most ten
     * @param more whether there may be others
     */
    record Matched(ImageRef image, List<GroupMember> found, boolean more) {
        Matched(Snapshot mine, Snapshot theirs, Match match) {
            this(new ImageRef(mine.image(match.row())), described(theirs, match.found()), match.more());
        }
    }
}
