package dev.winnow.curation.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;

import dev.winnow.contract.PointSchema;
import dev.winnow.curation.index.Filter;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;

/** The one place where a question is confined to its dataset, and to images or boxes. */
enum Tenant {
    IMAGES(PointSchema.KIND_IMAGE),
    OBJECTS(PointSchema.KIND_OBJECT);

    private final String kind;

    Tenant(String kind) {
        this.kind = kind;
    }

    Common.Filter.Builder within(String dataset, Filter filter) {
        return FilterTranslation.translate(filter)
                .addMust(matchKeyword(PointSchema.DATASET, dataset))
                .addMust(ofAnyDataset());
    }

    Common.Condition ofAnyDataset() {
        return matchKeyword(PointSchema.KIND, kind);
    }

    /** Whether a point that was read by its id, and so has passed no filter, is one of these. */
    boolean has(String dataset, Map<String, Value> payload) {
        return Payload.text(payload, PointSchema.DATASET).equals(dataset)
                && Payload.text(payload, PointSchema.KIND).equals(kind);
    }
}
