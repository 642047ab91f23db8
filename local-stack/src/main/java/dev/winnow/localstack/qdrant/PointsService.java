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
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
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
import io.qdrant.client.grpc.PointsGrpc.PointsImplBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Qdrant's {@code Points} service; a method not overridden answers UNIMPLEMENTED. */
final class PointsService extends PointsImplBase {

    private static final int DEFAULT_LIMIT = 10;

    private final Catalogue catalogue;

    PointsService(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** A change to points, answering its number. */
    private interface Update {
        long apply(PointUpdates updates) throws IOException;
    }

    private void update(String name, boolean wait, Update update, StreamObserver<PointsOperationResponse> observer) {
        Calls.answer(observer, started -> {
            Collection collection = catalogue.get(name);
            UpdateResult result = applied(collection, wait, update);
            if (wait) {
                collection.store().awaitCommit(result.getOperationId());
            }
            return PointsOperationResponse.newBuilder()
                    .setResult(result)
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    private static UpdateResult applied(Collection collection, boolean wait, Update update) throws IOException {
        UpdateResult.Builder result =
                UpdateResult.newBuilder().setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged);
        try {
            result.setOperationId(update.apply(new PointUpdates(collection)));
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
                updates -> {
                    refuse(request.hasShardKeySelector(), request.hasUpdateFilter() || request.hasUpdateMode());
                    return updates.upsert(request.getPointsList());
                },
                observer);
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), false);
                    return updates.delete(request.getPoints());
                },
                observer);
    }

    @Override
    public void updateVectors(UpdatePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), request.hasUpdateFilter());
                    return updates.updateVectors(request.getPointsList());
                },
                observer);
    }

    @Override
    public void setPayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), false);
                    return updates.setPayload(request.getPointsSelector(), request.getPayloadMap(), request.getKey());
                },
                observer);
    }

    @Override
    public void overwritePayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), false);
                    return updates.overwritePayload(request.getPointsSelector(), request.getPayloadMap());
                },
                observer);
    }

    @Override
    public void deletePayload(DeletePayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), false);
                    return updates.deletePayload(request.getPointsSelector(), request.getKeysList());
                },
                observer);
    }

    @Override
    public void clearPayload(ClearPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        update(
                request.getCollectionName(),
                request.getWait(),
                updates -> {
                    refuse(request.hasShardKeySelector(), false);
                    return updates.clearPayload(request.getPoints());
                },
                observer);
    }

    @Override
    public void updateBatch(UpdateBatchPoints request, StreamObserver<UpdateBatchResponse> observer) {
        Calls.answer(observer, started -> {
            Collection collection = catalogue.get(request.getCollectionName());
            List<UpdateResult> results = new ArrayList<>();
            for (PointsUpdateOperation operation : request.getOperationsList()) {
                results.add(applied(collection, request.getWait(), updates -> apply(updates, operation)));
            }
            if (request.getWait() && !results.isEmpty()) {
                collection.store().awaitCommit(results.getLast().getOperationId());
            }
            return UpdateBatchResponse.newBuilder()
                    .addAllResult(results)
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    @SuppressWarnings("deprecation") // Qdrant still takes the two older forms.
    private static long apply(PointUpdates updates, PointsUpdateOperation operation) throws IOException {
        return switch (operation.getOperationCase()) {
            case UPSERT -> {
                var upsert = operation.getUpsert();
                refuse(upsert.hasShardKeySelector(), upsert.hasUpdateFilter() || upsert.hasUpdateMode());
                yield updates.upsert(upsert.getPointsList());
            }
            case DELETE_POINTS -> {
                refuse(operation.getDeletePoints().hasShardKeySelector(), false);
                yield updates.delete(operation.getDeletePoints().getPoints());
            }
            case DELETE_DEPRECATED -> updates.delete(operation.getDeleteDeprecated());
            case UPDATE_VECTORS -> {
                var vectors = operation.getUpdateVectors();
                refuse(vectors.hasShardKeySelector(), vectors.hasUpdateFilter());
                yield updates.updateVectors(vectors.getPointsList());
            }
            case SET_PAYLOAD -> {
                var set = operation.getSetPayload();
                refuse(set.hasShardKeySelector(), false);
                yield updates.setPayload(set.getPointsSelector(), set.getPayloadMap(), set.getKey());
            }
            case OVERWRITE_PAYLOAD -> {
                var overwrite = operation.getOverwritePayload();
                refuse(overwrite.hasShardKeySelector(), false);
                yield updates.overwritePayload(overwrite.getPointsSelector(), overwrite.getPayloadMap());
            }
            case DELETE_PAYLOAD -> {
                var delete = operation.getDeletePayload();
                refuse(delete.hasShardKeySelector(), false);
                yield updates.deletePayload(delete.getPointsSelector(), delete.getKeysList());
            }
            case CLEAR_PAYLOAD -> {
                refuse(operation.getClearPayload().hasShardKeySelector(), false);
                yield updates.clearPayload(operation.getClearPayload().getPoints());
            }
            case CLEAR_PAYLOAD_DEPRECATED -> updates.clearPayload(operation.getClearPayloadDeprecated());
            case DELETE_VECTORS -> throw QdrantErrors.unimplemented("deletion of vectors");
            case OPERATION_NOT_SET -> throw QdrantErrors.badInput("Missing operation");
        };
    }

    private static void refuse(boolean shardKey, boolean conditionalUpdate) {
        QdrantErrors.refuse(shardKey, "shard keys");
        QdrantErrors.refuse(conditionalUpdate, "conditional updates");
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
            Selection selection =
                    Selection.of(request.hasWithPayload(), request.getWithPayload(), null, request.getWithVectors());
            return GetResponse.newBuilder()
                    .addAllResult(new PointReads(catalogue.get(request.getCollectionName()))
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
            Selection selection = Selection.of(
                    request.hasWithPayload(), request.getWithPayload(), PayloadSelector.ALL, request.getWithVectors());
            PointReads.Page page = new PointReads(catalogue.get(request.getCollectionName()))
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
