package dev.winnow.embedding;

import dev.winnow.contract.ObjectId;
import java.util.List;
import java.util.Map;

/**
 * What a look found to do for the boxes of an image.
 *
 * @param asked whether the boxes were looked at, this time
 * @param boxes what was seen of them
 * @param embedded new or changed ones
 * @param relabelled new labels of ones whose crop is the same
 * @param removed the points that have no box any more
 * @param refused how many boxes have no point, for less than a pixel of them lies in the picture, or the model finds
 *     nothing in them
 */
record ObjectChanges(
        boolean asked,
        BoxMark boxes,
        List<EmbeddedObject> embedded,
        Map<ObjectId, String> relabelled,
        List<ObjectId> removed,
        int refused) {

    /** Nobody asked: the boxes are as they were, and there are none. */
    static final ObjectChanges NONE = new ObjectChanges(false, BoxMark.NONE, List.of(), Map.of(), List.of(), 0);
}
