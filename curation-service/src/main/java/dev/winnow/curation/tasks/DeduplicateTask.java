package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.duplicates.CrossDuplicates;
import dev.winnow.curation.duplicates.CrossDuplicates.Side;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.duplicates.DuplicateGroup.Verdict;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.duplicates.SurvivorPolicy;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Exact and near duplicates, and similar images where asked for.
 *
 * @param threshold least cosine similarity of a near duplicate; null for a relative one
 * @param ratio near is what is closer than this fraction of the local scale
 * @param keep near is what has to be, so that about this share of the images survives; of these three at most one
 * @param similarThreshold least cosine similarity of similar images
 * @param similarRatio the same as a ratio; without either, similar images are not looked for
 * @param survivor which image of a group stays
 * @param method exact, or within clusters only
 * @param clusters how many clusters, with {@code semdedup}; default the root of the number of images
 * @param against another dataset, in which the duplicates of this one are looked for
 * @param seed of the clusters, and of neighbours that are approximated; nothing else is random
 */
@JsonTypeName("deduplicate")
public record DeduplicateTask(
        @Nullable Double threshold,
        @Nullable Double ratio,
        @Nullable Double keep,
        @Nullable Double similarThreshold,
        @Nullable Double similarRatio,
        @Nullable SurvivorPolicy survivor,
        @Nullable Method method,
        @Nullable Integer clusters,
        @Nullable String against,
        @Nullable Long seed)
        implements CurationTask {

    static final double DEFAULT_RATIO = Deduplication.DEFAULT_RATIO;

    /** Which pairs of images are compared. */
    public enum Method {
        /** All that may be near. */
        EXACT,
        /** Those within a cluster: SemDeDup. */
        SEMDEDUP;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DeduplicateTask {
        check("threshold", threshold, -1, 1);
        check("ratio", ratio, 0, 2);
        check("keep", keep, 0, 1);
        check("similar_threshold", similarThreshold, -1, 1);
        check("similar_ratio", similarRatio, 0, 4);
        either("ratio", ratio, "threshold", threshold);
        either("keep", keep, "threshold", threshold);
        either("keep", keep, "ratio", ratio);
        either("similar_ratio", similarRatio, "similar_threshold", similarThreshold);
        if (keep != null && keep == 0) {
            throw new InvalidParameterException("keep", "expected above 0 to 1, got 0");
        }
        if (threshold != null && similarThreshold != null && similarThreshold >= threshold) {
            throw new InvalidParameterException(
                    "similar_threshold", "expected less than threshold, " + threshold + ", got " + similarThreshold);
        }
        double nearRatio = ratio == null ? DEFAULT_RATIO : ratio;
        if (threshold == null && keep == null && similarRatio != null && similarRatio <= nearRatio) {
            throw new InvalidParameterException(
                    "similar_ratio", "expected more than ratio, " + nearRatio + ", got " + similarRatio);
        }
        if (clusters != null) {
            InvalidParameterException.checkRange("clusters", clusters, 1, 100_000);
            if (method != Method.SEMDEDUP) {
                throw new InvalidParameterException("clusters", "expected only with method = semdedup");
            }
        }
        if (against != null) {
            excludedByAgainst("keep", keep);
            excludedByAgainst("survivor", survivor);
            excludedByAgainst("method", method);
        }
    }

    private static void check(String field, @Nullable Double value, double from, double to) {
        if (value != null) {
            InvalidParameterException.checkRange(field, value, from, to);
        }
    }

    private static void either(String field, @Nullable Object one, String otherField, @Nullable Object other) {
        if (one != null && other != null) {
            throw new InvalidParameterException(field, "expected either " + otherField + " or " + field + ", got both");
        }
    }

    private static void excludedByAgainst(String field, @Nullable Object value) {
        if (value != null) {
            throw new InvalidParameterException(
                    field, "expected not with against: nothing is grouped between two datasets");
        }
    }

    @Override
    public List<String> others() {
        return against == null ? List.of() : List.of(against);
    }

    @Override
    public void check(long images) {
        if (clusters != null) {
            InvalidParameterException.checkRange("clusters", clusters, 1, (double) Math.max(1, images));
        }
    }

    @Override
    public Report run(Work work) {
        return against == null ? within(work) : across(work, against);
    }

    private DuplicatesReport within(Work work) {
        var decisions = work.sources().decisions();
        Deduplication.Found found = new Deduplication(work.snapshot(), work.join(), decisions)
                .find(
                        new Deduplication.Settings(threshold, ratio, keep, similarThreshold, similarRatio, survivor),
                        method == Method.SEMDEDUP,
                        clusters,
                        seedOrDefault(),
                        work.progress());
        Nearness similarNearness = found.similarNearness();
        return new DuplicatesReport.Within(
                (method == null ? Method.EXACT : method).toString(),
                found.nearness().threshold(),
                similarNearness == null ? null : similarNearness.threshold(),
                found.policy(),
                found.count(Verdict.EXACT),
                found.count(Verdict.DECIDED),
                found.count(Verdict.NEAR),
                found.similar().stream()
                        .mapToInt(group -> group.members().size())
                        .sum(),
                found.kept(),
                new DuplicatesReport.DecisionCount(decisions),
                found.groups().stream()
                        .map(group -> new DuplicatesReport.Group(work.snapshot(), group))
                        .toList(),
                similarNearness == null
                        ? null
                        : found.similar().stream()
                                .map(group -> new DuplicatesReport.Group(work.snapshot(), group))
                                .toList(),
                found.recall() == null
                        ? null
                        : new DuplicatesReport.Approximation(false, found.clusters(), found.recall()),
                found.nearness().approximation());
    }

    private DuplicatesReport across(Work work, String other) {
        var theirs = work.sources().load(other, work.progress().part(0, 0.1));
        Deduplication.Settings settings =
                new Deduplication.Settings(threshold, ratio, null, similarThreshold, similarRatio, null);
        Deduplication.Limits mine = settings.limits(
                work.join(), work.snapshot(), seedOrDefault(), work.progress().part(0.1, 0.4));
        Deduplication.Limits others = settings.limits(
                work.join(), theirs, seedOrDefault(), work.progress().part(0.4, 0.7));
        Deduplication.Limits both = mine.with(others);
        Deduplication.Limits bothOfOthers = others.with(mine);
        List<CrossDuplicates.Match> matches = new CrossDuplicates(work.neighbours())
                .find(
                        new Side(work.snapshot(), both.near(), both.similar()),
                        new Side(theirs, bothOfOthers.near(), bothOfOthers.similar()),
                        work.progress().part(0.7, 1));
        Nearness similarNearness = both.similar();
        return new DuplicatesReport.Across(
                other,
                theirs.size(),
                both.near().threshold(),
                bothOfOthers.near().threshold(),
                similarNearness == null ? null : similarNearness.threshold(),
                count(matches, Verdict.EXACT),
                count(matches, Verdict.NEAR),
                count(matches, Verdict.SIMILAR),
                matches.stream()
                        .map(match -> new DuplicatesReport.Matched(work.snapshot(), theirs, match))
                        .toList(),
                both.near().approximation(),
                bothOfOthers.near().approximation());
    }

    private static int count(List<CrossDuplicates.Match> matches, Verdict verdict) {
        return (int) matches.stream()
                .filter(match -> match.found().getFirst().verdict() == verdict)
                .count();
    }

    static Nearness relative(Work work, double ratio, long seed) {
        return Nearness.relative(work.join(), work.snapshot().vectors(), ratio, seed, work.progress());
    }
}
