package dev.winnow.curation.index;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetObject;

/** Something that can be found: an image, or a box of one. */
public sealed interface Item {

    record OfImage(DatasetImage image) implements Item {}

    record OfObject(DatasetObject object) implements Item {}
}
