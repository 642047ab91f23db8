package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;

import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.VectorsSelector;
import java.util.List;
import java.util.Map;

/** Operations that are refused as INVALID_ARGUMENT and change nothing, whatever else is good in them. */
final class MalformedOperations {

    private static final PointsSelector FIRST = PointsSelector.newBuilder()
            .setPoints(PointsIdsList.newBuilder().addIds(id(1)))
            .build();
    private static final PointStruct GOOD = PointStruct.newBuilder()
            .setId(id(1))
            .setVectors(VectorsFactory.namedVectors(Map.of()))
            .build();

    private MalformedOperations() {}

    static List<PointsUpdateOperation> all() {
        PointId bad = PointId.newBuilder().setUuid("no uuid").build();
        return List.of(
                PointsUpdateOperation.getDefaultInstance(),
                upsert(GOOD.toBuilder().clearId().build()),
                upsert(GOOD.toBuilder().setId(bad).build()),
                upsert(GOOD.toBuilder().clearVectors().build()),
                upsert(GOOD.toBuilder()
                        .setVectors(VectorsFactory.vectors(1, 2, 3, 4, 5, 6, 7))
                        .build()),
                upsert(GOOD.toBuilder()
                        .putPayload("a", ValueFactory.value(Double.NaN))
                        .build()),
                PointsUpdateOperation.newBuilder()
                        .setUpdateVectors(PointsUpdateOperation.UpdateVectors.newBuilder()
                                .addPoints(PointVectors.newBuilder()
                                        .setId(id(1))
                                        .setVectors(VectorsFactory.namedVectors(
                                                Map.of("none", io.qdrant.client.VectorFactory.vector(1f))))))
                        .build(),
                PointsUpdateOperation.newBuilder()
                        .setDeleteVectors(PointsUpdateOperation.DeleteVectors.newBuilder()
                                .setPointsSelector(FIRST)
                                .setVectors(VectorsSelector.newBuilder().addNames("none")))
                        .build(),
                PointsUpdateOperation.newBuilder()
                        .setDeletePoints(PointsUpdateOperation.DeletePoints.getDefaultInstance())
                        .build(),
                setAt("a..b"),
                setAt("a["),
                setAt(""),
                PointsUpdateOperation.newBuilder()
                        .setDeletePayload(PointsUpdateOperation.DeletePayload.newBuilder()
                                .setPointsSelector(FIRST)
                                .addKeys("a")
                                .addKeys(".a"))
                        .build(),
                PointsUpdateOperation.newBuilder()
                        .setClearPayload(PointsUpdateOperation.ClearPayload.newBuilder()
                                .setPoints(PointsSelector.newBuilder()
                                        .setPoints(PointsIdsList.newBuilder()
                                                .addIds(id(1))
                                                .addIds(bad))))
                        .build());
    }

    private static PointsUpdateOperation upsert(PointStruct malformed) {
        return PointsUpdateOperation.newBuilder()
                .setUpsert(PointsUpdateOperation.PointStructList.newBuilder()
                        .addPoints(GOOD)
                        .addPoints(malformed))
                .build();
    }

    private static PointsUpdateOperation setAt(String path) {
        return PointsUpdateOperation.newBuilder()
                .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                        .setPointsSelector(FIRST)
                        .setKey(path)
                        .putPayload("a", ValueFactory.value(1)))
                .build();
    }
}
