package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.slices.Destination;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceCopy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies the files of a slice into a folder of a bucket.
 *
 * @param slice its name
 * @param to where to
 */
@JsonTypeName("copy")
public record CopyTask(
        @Nullable String slice,
        @Nullable Integer version,
        @Nullable Destination to) implements SliceTask {

    public CopyTask {
        SliceTask.check(slice, version);
        if (to == null) {
            throw new InvalidParameterException("to", "expected {\"prefix\": \"dataset/folder\"}, and maybe a bucket");
        }
    }

    /** What was copied. */
    public record CopyReport(@JsonUnwrapped SliceCopy.Copied copied) implements Report {}

    @Override
    public Report run(Slice of, SliceWork work, Progress progress) {
        return new CopyReport(work.copy().copy(of, Objects.requireNonNull(to), progress));
    }
}
