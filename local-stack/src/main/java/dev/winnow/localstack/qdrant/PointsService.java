package dev.winnow.localstack.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Points.ClearPayloadPoints;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateBatchPoints;
import io.qdrant.client.grpc.Points.UpdateBatchResponse;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Qdrant's {@code Points} service, with what changes points; a method not overridden answers UNIMPLEMENTED. */
final class PointsService extends PointReadsService {

    private final Catalogue catalogue;

    PointsService(Catalogue catalogue) {
        super(catalogue);
        this.catalogue = catalogue;
    }

    private void update(
            String name,
            boolean wait,
            PointsUpdateOperation.Builder operation,
            StreamObserver<PointsOperationResponse> observer) {
        Calls.answer(observer, started -> {
            PointStore store = catalogue.get(name).store();
            UpdateResult result = applied(store, wait, operation.build());
            if (wait) {
                store.awaitDurable(result.getOperationId());
            }
            return PointsOperationResponse.newBuilder()
                    .setResult(result)
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    private static UpdateResult applied(PointStore store, boolean wait, PointsUpdateOperation operation)
            throws IOException {
        UpdateResult.Builder result =
                UpdateResult.newBuilder().setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged);
        try {
            result.setOperationId(store.change(operation));
        } catch (StatusRuntimeException e) {
            // Who does not wait is not told of points that are missing.
            if (wait || e.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw e;
            }
        }
        return result.build();
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
        PointStructList.Builder points = PointStructList.newBuilder().addAllPoints(request.getPointsList());
        if (request.hasShardKeySelector()) {
            points.setShardKeySelector(request.getShardKeySelector());
        }
        if (request.hasUpdateFilter()) {
            points.setUpdateFilter(request.getUpdateFilter());
        }
        if (request.hasUpdateMode()) {
            points.setUpdateMode(request.getUpdateMode());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setUpsert(points),
                observer);
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.DeletePoints.Builder operation =
                PointsUpdateOperation.DeletePoints.newBuilder().setPoints(request.getPoints());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setDeletePoints(operation),
                observer);
    }

    @Override
    public void updateVectors(UpdatePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.UpdateVectors.Builder operation =
                PointsUpdateOperation.UpdateVectors.newBuilder().addAllPoints(request.getPointsList());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        if (request.hasUpdateFilter()) {
            operation.setUpdateFilter(request.getUpdateFilter());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setUpdateVectors(operation),
                observer);
    }

    @Override
    public void deleteVectors(DeletePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.DeleteVectors.Builder operation = PointsUpdateOperation.DeleteVectors.newBuilder()
                .setPointsSelector(request.getPointsSelector())
                .setVectors(request.getVectors());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setDeleteVectors(operation),
                observer);
    }

    @Override
    public void setPayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.SetPayload.Builder operation = PointsUpdateOperation.SetPayload.newBuilder()
                .setPointsSelector(request.getPointsSelector())
                .putAllPayload(request.getPayloadMap());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        if (request.hasKey()) {
            operation.setKey(request.getKey());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setSetPayload(operation),
                observer);
    }

    @Override
    public void overwritePayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.OverwritePayload.Builder operation = PointsUpdateOperation.OverwritePayload.newBuilder()
                .setPointsSelector(request.getPointsSelector())
                .putAllPayload(request.getPayloadMap());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        if (request.hasKey()) {
            operation.setKey(request.getKey());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setOverwritePayload(operation),
                observer);
    }

    @Override
    public void deletePayload(DeletePayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.DeletePayload.Builder operation = PointsUpdateOperation.DeletePayload.newBuilder()
                .setPointsSelector(request.getPointsSelector())
                .addAllKeys(request.getKeysList());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setDeletePayload(operation),
                observer);
    }

    @Override
    public void clearPayload(ClearPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        PointsUpdateOperation.ClearPayload.Builder operation =
                PointsUpdateOperation.ClearPayload.newBuilder().setPoints(request.getPoints());
        if (request.hasShardKeySelector()) {
            operation.setShardKeySelector(request.getShardKeySelector());
        }
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder().setClearPayload(operation),
                observer);
    }

    @Override
    public void updateBatch(UpdateBatchPoints request, StreamObserver<UpdateBatchResponse> observer) {
        Calls.answer(observer, started -> {
            PointStore store = catalogue.get(request.getCollectionName()).store();
            List<UpdateResult> results = new ArrayList<>();
            for (PointsUpdateOperation operation : request.getOperationsList()) {
                results.add(applied(store, request.getWait(), operation));
            }
            if (request.getWait() && !results.isEmpty()) {
                store.awaitDurable(results.getLast().getOperationId());
            }
            return UpdateBatchResponse.newBuilder()
                    .addAllResult(results)
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    @Override
    public void createFieldIndex(CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
        changeField(
                request.getCollectionName(),
                request.getWait(),
                settings -> settings.withField(
                        PayloadPath.parse(request.getFieldName()).toString(), FieldSchema.of(request)),
                observer);
    }

    @Override
    public void deleteFieldIndex(DeleteFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
        changeField(
                request.getCollectionName(),
                request.getWait(),
                settings -> settings.withoutField(
                        PayloadPath.parse(request.getFieldName()).toString()),
                observer);
    }

    private void changeField(
            String name,
            boolean wait,
            java.util.function.UnaryOperator<CollectionSettings> change,
            StreamObserver<PointsOperationResponse> observer) {
        Calls.answer(observer, started -> {
            catalogue.get(name).changeSettings(change);
            return PointsOperationResponse.newBuilder()
                    .setResult(UpdateResult.newBuilder()
                            .setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged))
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }
}
