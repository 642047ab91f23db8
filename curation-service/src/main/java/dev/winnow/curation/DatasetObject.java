package dev.winnow.curation;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import java.util.List;

/**
 * A box of an image as the index knows it.
 *
 * @param parent its image
 * @param path of its image
 * @param object its own id within the image
 * @param labels its class
 */
public record DatasetObject(ObjectId id, ImageId parent, String path, String object, List<String> labels, Box box) {

    public DatasetObject {
        labels = List.copyOf(labels);
    }
}
