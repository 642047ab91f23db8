package dev.winnow.curation.tasks;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.splits.Leaks;
import dev.winnow.curation.strata.Strata;
import dev.winnow.curation.vectors.Vectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The linear probe as several tasks use it. */
final class Probing {

    private Probing() {}

    /** Holds the parameters of a probe against their ranges. */
    static void check(@Nullable Integer folds, @Nullable Double c) {
        if (folds != null) {
            InvalidParameterException.checkRange("folds", folds, 2, 50);
        }
        if (c != null) {
            InvalidParameterException.checkRange("c", c, 1e-6, 1e6);
        }
    }

    static double c(@Nullable Double given) {
        return given == null ? LinearProbe.DEFAULT_C : given;
    }

    /** A cross-validated probe whose folds share no duplicates. */
    static LinearProbe.Validated validate(
            Work work, LabelledRows labelled, @Nullable Integer folds, @Nullable Double c, long seed) {
        Snapshot snapshot = work.snapshot();
        // Before the duplicates are looked for, which takes longest.
        LinearProbe.checkClasses(labelled);
        List<int[]> groups = duplicates(work.part(0, 0.3), seed);
        return validate(work.part(0.3, 1), snapshot.vectors(), labelled, groups, folds, c, seed);
    }

    /** The same of any vectors. */
    static LinearProbe.Validated validate(
            Work work,
            Vectors vectors,
            LabelledRows labelled,
            List<int[]> groups,
            @Nullable Integer folds,
            @Nullable Double c,
            long seed) {
        return new LinearProbe(work.neighbours())
                .validate(
                        vectors,
                        labelled,
                        groups,
                        folds == null ? LinearProbe.DEFAULT_FOLDS : folds,
                        c(c),
                        seed,
                        work.progress());
    }

    /** Images that no two folds may share. */
    static List<int[]> duplicates(Work work, long seed) {
        return leaks(work.part(0, 2 / 3.0), Deduplication.DEFAULT_RATIO, seed, List.of())
                .groups(work.part(2 / 3.0, 1).progress());
    }

    /** What ties images together: duplicates as {@code deduplicate} finds them, and keys. */
    static Leaks leaks(Work work, double ratio, long seed, List<Strata> keys) {
        Nearness nearness = Nearness.relative(work.join(), work.snapshot().vectors(), ratio, seed, work.progress());
        return new Leaks(
                work.snapshot(), work.neighbours(), nearness, work.sources().decisions(), keys);
    }
}
