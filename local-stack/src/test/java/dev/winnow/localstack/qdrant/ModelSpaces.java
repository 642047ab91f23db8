package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import java.util.List;
import java.util.Map;

/** The collections that are held to the model. */
final class ModelSpaces {

    /** By name, the names in order; the unnamed space has the empty one. */
    private static final List<Map<String, VectorParams>> ALL = List.of(
            Map.of("", space(4, Distance.Cosine)),
            Map.of("", space(3, Distance.Euclid)),
            new java.util.TreeMap<>(Map.of("image", space(5, Distance.Cosine), "text", space(2, Distance.Dot))),
            Map.of("", space(1, Distance.Manhattan)),
            new java.util.TreeMap<>(Map.of(
                    "a", space(1, Distance.Dot), "b", space(2, Distance.Euclid), "c", space(3, Distance.Manhattan))));

    private ModelSpaces() {}

    static Map<String, VectorParams> of(long seed) {
        return ALL.get((int) (seed % ALL.size()));
    }

    private static VectorParams space(int size, Distance distance) {
        return VectorParams.newBuilder().setSize(size).setDistance(distance).build();
    }

    static CreateCollection creation(String name, Map<String, VectorParams> spaces) {
        VectorsConfig.Builder config = VectorsConfig.newBuilder();
        VectorParams unnamed = spaces.get("");
        if (unnamed != null) {
            config.setParams(unnamed);
        } else {
            config.setParamsMap(VectorParamsMap.newBuilder().putAllMap(spaces));
        }
        return CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(config)
                .build();
    }

    /** Facets need them. */
    static List<CreateFieldIndexCollection> indexes(String name) {
        return List.of(
                index(name, RandomOperations.TAG, FieldType.FieldTypeKeyword),
                index(name, RandomOperations.NUMBER, FieldType.FieldTypeInteger));
    }

    private static CreateFieldIndexCollection index(String name, String field, FieldType type) {
        return CreateFieldIndexCollection.newBuilder()
                .setCollectionName(name)
                .setFieldName(field)
                .setFieldType(type)
                .setWait(true)
                .build();
    }
}
