package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of a point that a filter may ask about.
 *
 * @param id absent inside a nested filter, where no id matches
 * @param vectors the names of the vectors it has; the unnamed one has the empty name
 */
record PointContent(@Nullable PointKey id, Map<String, Value> payload, Set<String> vectors) {

    /** A payload by itself; also what a nested filter sees of an element of an array. */
    static PointContent payload(Map<String, Value> payload) {
        return new PointContent(null, payload, Set.of());
    }
}
