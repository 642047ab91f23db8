package dev.winnow.curation.slices;

/**
 * One version of a slice: its images never change.
 *
 * @param version from 1
 */
public record SliceVersion(SliceName slice, int version) {

    public String dataset() {
        return slice.dataset();
    }

    public String name() {
        return slice.name();
    }

    /** As it is written where slices are named: {@code name@version}. */
    @Override
    public String toString() {
        return slice.name() + "@" + version;
    }
}
