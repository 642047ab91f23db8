package dev.winnow.curation.slices;

/** The latest version of a slice is not the one the caller expected. */
public final class SliceChangedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SliceChangedException(SliceName slice, int latest) {
        super(
                latest == 0
                        ? "there is no slice '" + slice.name() + "'"
                        : "the latest version of slice '" + slice.name() + "' is " + latest);
    }
}
