package dev.winnow.curation.tasks;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceCopy;
import dev.winnow.curation.slices.SliceDeletion;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.Slices;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;

/** What can be done with the files of a slice. */
@ApplicationScoped
public class SliceWork {

    private final Slices slices;
    private final SliceCopy copy;
    private final SliceDeletion deletion;

    public SliceWork(Slices slices, SliceCopy copy, SliceDeletion deletion) {
        this.slices = slices;
        this.copy = copy;
        this.deletion = deletion;
    }

    SliceCopy copy() {
        return copy;
    }

    SliceDeletion deletion() {
        return deletion;
    }

    /**
     * The slice a task is over.
     *
     * @throws NotFoundException if there is no such version
     * @throws InvalidParameterException if it can have no such name
     */
    Slice find(String dataset, SliceTask task) {
        return slices.get(new SliceRef(new SliceName(dataset, Objects.requireNonNull(task.slice())), task.version()));
    }
}
