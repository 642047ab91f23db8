package dev.winnow.curation.slices;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.curation.index.Filter;
import java.util.List;

/** What a slice is made of. */
public sealed interface SliceSource {

    /**
     * Images that were named.
     *
     * @param told what is written down of the source, in place of the ids
     */
    record Listed(IdSet ids, ObjectNode told) implements SliceSource {}

    /** The dataset as it is now, without images that were named. */
    record Without(IdSet ids, ObjectNode told) implements SliceSource {}

    /** The images of the dataset that match now. */
    record Matching(Filter filter, ObjectNode told) implements SliceSource {}

    /** A combination of slices of the same dataset. */
    record Combined(Operation operation, List<SliceRef> slices) implements SliceSource {
        public Combined {
            slices = List.copyOf(slices);
        }
    }

    /** Operations on sets. */
    enum Operation {
        /** In any of them. */
        UNION,
        /** In all of them. */
        INTERSECTION,
        /** In the first, and in none of the others. */
        DIFFERENCE,
        /** In the dataset now, and in none of them. */
        COMPLEMENT
    }

    /** What is written down of a source of some kind. */
    static ObjectNode told(String kind) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind);
    }
}
