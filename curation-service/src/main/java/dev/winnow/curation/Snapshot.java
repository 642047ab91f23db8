package dev.winnow.curation;

import dev.winnow.curation.vectors.Vectors;
import java.util.List;

/**
 * All images of a dataset and their vectors, row by row, in the order of their ids: what an algorithm works on.
 *
 * @param model the model that made the vectors
 */
public record Snapshot(String dataset, String model, List<DatasetImage> images, Vectors vectors, Watermark watermark) {

    public Snapshot {
        images = List.copyOf(images);
        if (images.size() != vectors.size()) {
            throw new IllegalArgumentException(images.size() + " images, " + vectors.size() + " vectors");
        }
    }

    public int size() {
        return images.size();
    }

    /** The image of a row. */
    public DatasetImage image(int row) {
        return images.get(row);
    }
}
