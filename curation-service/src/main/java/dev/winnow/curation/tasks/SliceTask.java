package dev.winnow.curation.tasks;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.slices.Slice;
import org.jspecify.annotations.Nullable;

/** A task over the files of a slice: no vectors are read for it. */
sealed interface SliceTask extends CurationTask permits CopyTask, DeleteTask {

    /** The name of the slice. */
    @Nullable
    String slice();

    @Nullable
    Integer version();

    /** @throws InvalidParameterException unless both are there */
    static void check(@Nullable String slice, @Nullable Integer version) {
        if (slice == null) {
            throw new InvalidParameterException("slice", "expected the name of a slice");
        }
        // The latest one may become another while the job runs.
        if (version == null) {
            throw new InvalidParameterException("version", "expected the version of the slice");
        }
        InvalidParameterException.checkRange("version", version, 1, Integer.MAX_VALUE);
    }

    /** Nothing is drawn. */
    @Override
    default @Nullable Long seed() {
        return null;
    }

    @Override
    default void check(long images) {}

    @Override
    default Report run(Work work) {
        throw new IllegalStateException(type() + " is of a slice");
    }

    Report run(Slice of, SliceWork work, Progress progress);
}
