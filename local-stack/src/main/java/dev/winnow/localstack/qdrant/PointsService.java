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
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setUpsert(SameFields.copied(request, PointsUpdateOperation.PointStructList.newBuilder())),
                observer);
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setDeletePoints(SameFields.copied(request, PointsUpdateOperation.DeletePoints.newBuilder())),
                observer);
    }

    @Override
    public void updateVectors(UpdatePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setUpdateVectors(SameFields.copied(request, PointsUpdateOperation.UpdateVectors.newBuilder())),
                observer);
    }

    @Override
    public void deleteVectors(DeletePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setDeleteVectors(SameFields.copied(request, PointsUpdateOperation.DeleteVectors.newBuilder())),
                observer);
    }

    @Override
    public void setPayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setSetPayload(SameFields.copied(request, PointsUpdateOperation.SetPayload.newBuilder())),
                observer);
    }

    @Override
    public void overwritePayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setOverwritePayload(
                                SameFields.copied(request, PointsUpdateOperation.OverwritePayload.newBuilder())),
                observer);
    }

    @Override
    public void deletePayload(DeletePayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setDeletePayload(SameFields.copied(request, PointsUpdateOperation.DeletePayload.newBuilder())),
                observer);
    }

    @Override
    public void clearPayload(ClearPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                PointsUpdateOperation.newBuilder()
                        .setClearPayload(SameFields.copied(request, PointsUpdateOperation.ClearPayload.newBuilder())),
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
