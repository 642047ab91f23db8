package dev.winnow.localstack.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.ClearPayloadPoints;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
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

/** Qdrant's {@code Points} service; a method not overridden answers UNIMPLEMENTED. */
final class PointsService extends OlderSearches {

    private static final int DEFAULT_LIMIT = 10;

    private final Catalogue catalogue;

    PointsService(Catalogue catalogue) {
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

    @Override
    public void get(GetPoints request, StreamObserver<GetResponse> observer) {
        Calls.answer(observer, started -> {
            QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
            Collection collection = catalogue.get(request.getCollectionName());
            Selection selection = Selection.of(
                    request.hasWithPayload(), request.getWithPayload(), null, request.getWithVectors(), collection);
            return GetResponse.newBuilder()
                    .addAllResult(new PointReads(collection)
                            .get(request.getIdsList(), selection).stream()
                                    .map(Selection.Point::retrieved)
                                    .toList())
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
        Calls.answer(observer, started -> {
            QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
            QdrantErrors.refuse(request.hasOrderBy(), "order_by");
            Collection collection = catalogue.get(request.getCollectionName());
            Selection selection = Selection.of(
                    request.hasWithPayload(),
                    request.getWithPayload(),
                    PayloadSelector.ALL,
                    request.getWithVectors(),
                    collection);
            PointReads.Page page = new PointReads(collection)
                    .scroll(
                            request.getFilter(),
                            request.hasOffset() ? PointKey.of(request.getOffset()) : null,
                            request.hasLimit() ? PointSearch.positive("limit", request.getLimit()) : DEFAULT_LIMIT,
                            selection);
            ScrollResponse.Builder response = ScrollResponse.newBuilder()
                    .addAllResult(page.points().stream()
                            .map(Selection.Point::retrieved)
                            .toList())
                    .setTime(Calls.seconds(started));
            page.next().ifPresent(next -> response.setNextPageOffset(next.toPointId()));
            return response.build();
        });
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> observer) {
        Calls.answer(observer, started -> {
            QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
            long count = new PointReads(catalogue.get(request.getCollectionName())).count(request.getFilter());
            return CountResponse.newBuilder()
                    .setResult(CountResult.newBuilder().setCount(count))
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
        Calls.answer(observer, started -> QueryResponse.newBuilder()
                .addAllResult(new PointSearch(catalogue.get(request.getCollectionName())).query(request))
                .setTime(Calls.seconds(started))
                .build());
    }

    @Override
    public void queryBatch(QueryBatchPoints request, StreamObserver<QueryBatchResponse> observer) {
        Calls.answer(observer, started -> {
            PointSearch search = new PointSearch(catalogue.get(request.getCollectionName()));
            QueryBatchResponse.Builder response = QueryBatchResponse.newBuilder();
            for (QueryPoints query : request.getQueryPointsList()) {
                response.addResult(BatchResult.newBuilder().addAllResult(search.query(query)));
            }
            return response.setTime(Calls.seconds(started)).build();
        });
    }

    @Override
    public void facet(FacetCounts request, StreamObserver<FacetResponse> observer) {
        Calls.answer(observer, started -> {
            QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
            int limit = request.hasLimit() ? PointSearch.positive("limit", request.getLimit()) : DEFAULT_LIMIT;
            return FacetResponse.newBuilder()
                    .addAllHits(new PointReads(catalogue.get(request.getCollectionName()))
                            .facet(request.getKey(), request.getFilter(), limit))
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }
}
