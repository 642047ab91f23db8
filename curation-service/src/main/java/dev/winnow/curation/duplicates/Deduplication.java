package dev.winnow.curation.duplicates;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.vectors.NeighbourJoin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dataset's duplicates as somebody asks for them: from how near was asked to the groups. */
public final class Deduplication {

    /** What was measured at this ratio stands in docs/curation.md. */
    public static final double DEFAULT_RATIO = 0.35;

    /** The same where neither local scales nor hashes help. */
    private static final double DEFAULT_SAMPLED_RATIO = 0.25;

    private final Snapshot snapshot;
    private final NeighbourJoin join;
    private final Links links;

    public Deduplication(Snapshot snapshot, NeighbourJoin join, Decisions decisions) {
        this.snapshot = snapshot;
        this.join = join;
        this.links = Links.of(decisions, snapshot.images());
    }

    /** How near near is, and how near similar; null as in the parameters of the task. */
    public record Settings(
            @Nullable Double threshold,
            @Nullable Double ratio,
            @Nullable Double keep,
            @Nullable Double similarThreshold,
            @Nullable Double similarRatio,
            @Nullable SurvivorPolicy survivor) {

        /** These settings held against a dataset. */
        public Limits limits(NeighbourJoin join, Snapshot snapshot, long seed, Progress progress) {
            return limits(Nearness.absolute(join, snapshot.vectors(), 1, seed, progress), DEFAULT_RATIO);
        }

        Limits limits(Nearness measured, double defaultRatio) {
            Nearness near = threshold != null
                    ? measured.withSimilarity(threshold)
                    : measured.withRatio(ratio == null ? defaultRatio : ratio);
            return new Limits(near, similar(measured));
        }

        @Nullable
        Nearness similar(Nearness measured) {
            if (similarThreshold != null) {
                return measured.withSimilarity(similarThreshold);
            }
            return similarRatio == null ? null : measured.withRatio(similarRatio);
        }
    }

    /** Near, and the looser similar; null where that was not asked for. */
    public record Limits(Nearness near, @Nullable Nearness similar) {

        /** These, for comparing with another dataset: where one of the two has no scales, both go without. */
        public Limits with(Limits other) {
            Nearness looser = similar != null && other.similar != null ? similar.with(other.similar) : null;
            return new Limits(near.with(other.near), looser);
        }
    }

    /**
     * What was found.
     *
     * @param policy by which images survive
     * @param groups of exact and near duplicates
     * @param similar groups of what survives these
     * @param kept the share of images that survives, 0 to 1
     * @param clusters within which pairs were compared; 0 where all were
     * @param recall of that; null where all were compared
     */
    public record Found(
            Nearness nearness,
            @Nullable Nearness similarNearness,
            String policy,
            List<DuplicateGroup> groups,
            List<DuplicateGroup> similar,
            double kept,
            int clusters,
            SemDeDup.@Nullable Recall recall) {

        /** How many members have a verdict. */
        public int count(Verdict verdict) {
            return (int) groups.stream()
                    .flatMap(group -> group.members().stream())
                    .filter(member -> member.verdict() == verdict)
                    .count();
        }
    }

    /**
     * @param clustered whether only pairs within clusters are compared
     * @param clusters how many of them; null for the root of the number of images
     * @throws InvalidParameterException if similar is not looser than near
     */
    public Found find(Settings settings, boolean clustered, @Nullable Integer clusters, long seed, Progress progress) {
        NearDuplicates duplicates = new NearDuplicates(join.neighbours());
        SemDeDup semDeDup = null;
        if (clustered) {
            int k = clusters == null ? SemDeDup.defaultClusters(snapshot.size()) : clusters;
            semDeDup = SemDeDup.cluster(snapshot, join.neighbours(), k, seed, progress.part(0, 0.5));
        }
        Nearness measured = semDeDup != null
                ? semDeDup.nearness()
                : Nearness.absolute(join, snapshot.vectors(), 1, seed, progress.part(0, 0.5));
        Limits limits = settings.limits(measured, clustered ? DEFAULT_SAMPLED_RATIO : DEFAULT_RATIO);
        SemDeDup within = semDeDup;
        Nearness nearness = limits.near;
        List<DuplicateGroup> groups;
        if (settings.keep == null) {
            groups = duplicates.find(
                    snapshot, pairing(within, settings, nearness), nearness, links, progress.part(0.5, 0.8));
        } else {
            KeepSearch.Found found = KeepSearch.search(settings.keep, snapshot.size(), (similarity, step) -> {
                Nearness tried = measured.withSimilarity(similarity);
                Progress part = progress.part(0.5 + 0.3 * step, 0.5 + 0.3 * (step + KeepSearch.STEP));
                return duplicates.find(snapshot, pairing(within, settings, tried), tried, links, part);
            });
            groups = found.groups();
            nearness = measured.withSimilarity(found.similarity());
        }
        Nearness looser = settings.similar(measured);
        List<DuplicateGroup> similar = List.of();
        if (looser != null) {
            if (looser.threshold().similarity() >= nearness.threshold().similarity() && snapshot.size() > 1) {
                throw new InvalidParameterException(
                        settings.similarRatio == null ? "similar_threshold" : "similar_ratio",
                        "expected a looser threshold than that of near duplicates, which is a similarity of "
                                + nearness.threshold().similarity());
            }
            similar = duplicates.similar(
                    snapshot, groups, pairing(within, settings, looser), looser, links, progress.part(0.8, 1));
        }
        int members = groups.stream().mapToInt(group -> group.members().size()).sum();
        return new Found(
                nearness,
                looser,
                policy(settings, within),
                groups,
                similar,
                snapshot.size() == 0 ? 1 : 1 - (double) members / snapshot.size(),
                within == null ? 0 : within.clusters(),
                within == null ? null : within.recall(nearness));
    }

    private Pairing pairing(@Nullable SemDeDup within, Settings settings, Nearness nearness) {
        if (within != null) {
            return within.pairing(settings.survivor);
        }
        SurvivorPolicy policy = settings.survivor == null ? SurvivorPolicy.RESOLUTION : settings.survivor;
        return Pairing.exact(policy.order(snapshot, nearness), nearness);
    }

    private static String policy(Settings settings, @Nullable SemDeDup within) {
        if (settings.survivor != null) {
            return settings.survivor.toString();
        }
        return within == null ? SurvivorPolicy.RESOLUTION.toString() : "farthest_from_centre";
    }
}
