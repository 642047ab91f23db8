package dev.winnow.curation.index;

import dev.winnow.contract.ImageId;
import java.util.Collection;
import java.util.List;

/** This replica has written payload of some images. What other replicas write is told by nobody. */
public record Edited(String dataset, Collection<ImageId> images) {

    public Edited {
        images = List.copyOf(images);
    }
}
