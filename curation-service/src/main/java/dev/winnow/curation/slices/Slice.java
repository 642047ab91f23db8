package dev.winnow.curation.slices;

/**
 * A version of a slice, without its images.
 *
 * @param images how many there are
 */
public record Slice(SliceVersion version, long images, SliceNote note) {

    /** How many of the images that were named the dataset did not have. */
    public long missing() {
        Long requested = note.requested();
        return requested == null ? 0 : requested - images;
    }
}
