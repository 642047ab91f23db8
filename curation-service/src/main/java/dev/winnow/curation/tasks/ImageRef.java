package dev.winnow.curation.tasks;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;

/** An image as results name it. */
public record ImageRef(ImageId id, String path) {

    ImageRef(DatasetImage image) {
        this(image.id(), image.path());
    }
}
