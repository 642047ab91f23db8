package dev.winnow.curation.http;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.curation.DatasetObject;
import java.util.List;

/** A box as the index knows it: {@code parent} and {@code path} are its image, {@code object} is its id within it. */
record ObjectView(ObjectId id, ImageId parent, String path, String object, List<String> labels, Box box) {

    ObjectView(DatasetObject object) {
        this(object.id(), object.parent(), object.path(), object.object(), object.labels(), object.box());
    }
}
