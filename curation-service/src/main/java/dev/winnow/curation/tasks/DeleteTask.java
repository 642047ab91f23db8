package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.slices.Deletion;
import dev.winnow.curation.slices.Slice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the files of a slice. Does nothing unless the token was confirmed, by a call of its own.
 *
 * @param slice its name
 * @param token of the deletion
 */
@JsonTypeName("delete")
public record DeleteTask(
        @Nullable String slice,
        @Nullable Integer version,
        @Nullable String token) implements SliceTask {

    public DeleteTask {
        SliceTask.check(slice, version);
        if (token == null) {
            throw new InvalidParameterException("token", "expected the token of a confirmed deletion");
        }
    }

    /** What was deleted. */
    public record DeleteReport(@JsonUnwrapped Deletion.Deleted deleted) implements Report {}

    @Override
    public Report run(Slice of, SliceWork work, Progress progress) {
        return new DeleteReport(work.deletion().run(of, Objects.requireNonNull(token), progress));
    }
}
