package dev.winnow.curation;

import dev.winnow.curation.vectors.Vectors;
import java.util.List;

/** All boxes of a dataset and the vectors of their crops, row by row, in the order of their points' ids. */
public record ObjectSnapshot(List<DatasetObject> objects, Vectors vectors) {

    public ObjectSnapshot {
        objects = List.copyOf(objects);
        if (objects.size() != vectors.size()) {
            throw new IllegalArgumentException(objects.size() + " boxes, " + vectors.size() + " vectors");
        }
    }

    public int size() {
        return objects.size();
    }
}
