package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;

/**
 * An image of a slice with which nothing was done.
 *
 * @param reason {@code gone}, {@code changed}, {@code occupied}, {@code name} or {@code refused}
 * @param detail for a person
 */
public record SliceProblem(ImageId id, String path, String reason, String detail) {

    static SliceProblem of(SlicedImage image, BucketImages.Answer answer) {
        return switch (answer.outcome()) {
            case GONE -> of(image, "gone", "the file is not in the bucket any more");
            case CHANGED -> of(image, "changed", "the file has other bytes than when the slice was made");
            case OCCUPIED -> of(image, "occupied", "there is another object of that name");
            case REFUSED -> of(image, "refused", answer.detail());
            case DONE, ALREADY_THERE -> throw new IllegalArgumentException("no problem: " + answer.outcome());
        };
    }

    static SliceProblem of(SlicedImage image, String reason, String detail) {
        return new SliceProblem(image.id(), image.path(), reason, detail);
    }
}
