package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.duplicates.NearDuplicates;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exact and near duplicates.
 *
 * @param threshold least cosine similarity of a near duplicate; null for a relative one
 * @param ratio near is what is closer than this fraction of the local scale; excludes {@code threshold}
 * @param survivor which image of a group stays
 * @param seed accepted for uniformity; nothing here is random
 */
@JsonTypeName("deduplicate")
public record DeduplicateTask(
        @Nullable Double threshold,
        @Nullable Double ratio,
        @Nullable SurvivorPolicy survivor,
        @Nullable Long seed) implements CurationTask {

    static final double DEFAULT_RATIO = 0.35;

    public DeduplicateTask {
        if (threshold != null) {
            InvalidParameterException.checkRange("threshold", threshold, -1, 1);
        }
        if (ratio != null) {
            InvalidParameterException.checkRange("ratio", ratio, 0, 2);
        }
        if (threshold != null && ratio != null) {
            throw new InvalidParameterException("ratio", "expected either threshold or ratio, got both");
        }
    }

    /**
     * @param exact how many images have a survivor with the same bytes
     * @param near how many have a survivor that looks the same
     */
    public record Duplicates(Nearness.Threshold threshold, String survivor, int exact, int near, List<Group> groups)
            implements Report {}

    /** A duplicate group; the members are those besides the survivor. */
    public record Group(ImageRef survivor, List<GroupMember> members) {}

    /** @param hashDistance differing bits of the perceptual hashes, 0 to 64 */
    public record GroupMember(
            ImageId id, String path, Verdict verdict, double similarity, double distance, int hashDistance) {}

    @Override
    public void check(long images) {}

    @Override
    public Duplicates run(Work work) {
        Snapshot snapshot = work.snapshot();
        SurvivorPolicy policy = survivor == null ? SurvivorPolicy.RESOLUTION : survivor;
        Nearness nearness = nearness(work.part(0, 0.5));
        List<Group> groups = new ArrayList<>();
        int exact = 0;
        int near = 0;
        for (DuplicateGroup group : new NearDuplicates(work.neighbours())
                .find(snapshot, nearness, policy, work.progress().part(0.5, 1))) {
            List<GroupMember> members = new ArrayList<>();
            for (DuplicateGroup.Member member : group.members()) {
                DatasetImage image = snapshot.image(member.row());
                exact += member.verdict() == Verdict.EXACT ? 1 : 0;
                near += member.verdict() == Verdict.NEAR ? 1 : 0;
                members.add(new GroupMember(
                        image.id(),
                        image.path(),
                        member.verdict(),
                        member.similarity(),
                        1 - member.similarity(),
                        member.hashDistance()));
            }
            groups.add(new Group(new ImageRef(snapshot.image(group.survivor())), members));
        }
        return new Duplicates(nearness.threshold(), policy.toString(), exact, near, groups);
    }

    private Nearness nearness(Work work) {
        if (threshold != null) {
            return Nearness.absolute(work.neighbours(), work.snapshot().vectors(), threshold, work.progress());
        }
        return relative(work, ratio == null ? DEFAULT_RATIO : ratio);
    }

    static Nearness relative(Work work, double ratio) {
        return Nearness.relative(work.neighbours(), work.snapshot().vectors(), ratio, work.progress());
    }
}
