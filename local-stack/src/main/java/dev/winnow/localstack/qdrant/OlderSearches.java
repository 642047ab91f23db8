package dev.winnow.localstack.qdrant;

import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.LookupLocation;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RecommendBatchPoints;
import io.qdrant.client.grpc.Points.RecommendBatchResponse;
import io.qdrant.client.grpc.Points.RecommendGroupsResponse;
import io.qdrant.client.grpc.Points.RecommendInput;
import io.qdrant.client.grpc.Points.RecommendPointGroups;
import io.qdrant.client.grpc.Points.RecommendPoints;
import io.qdrant.client.grpc.Points.RecommendResponse;
import io.qdrant.client.grpc.Points.RecommendStrategy;
import io.qdrant.client.grpc.Points.SearchBatchPoints;
import io.qdrant.client.grpc.Points.SearchBatchResponse;
import io.qdrant.client.grpc.Points.SearchGroupsResponse;
import io.qdrant.client.grpc.Points.SearchPointGroups;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SearchResponse;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.PointsGrpc.PointsImplBase;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The searches Qdrant had before {@code Query}, still answers, and most libraries over it still ask. Each is a
 * {@code Query} in other words.
 */
abstract class OlderSearches extends PointsImplBase {

    @Override
    public final void search(SearchPoints request, StreamObserver<SearchResponse> observer) {
        ask(() -> asQuery(request), this::query, observer, found -> SameFields.copied(
                        found, SearchResponse.newBuilder())
                .build());
    }

    @Override
    public final void searchBatch(SearchBatchPoints request, StreamObserver<SearchBatchResponse> observer) {
        Supplier<QueryBatchPoints> queries = () -> QueryBatchPoints.newBuilder()
                .setCollectionName(request.getCollectionName())
                .addAllQueryPoints(request.getSearchPointsList().stream()
                        .map(OlderSearches::asQuery)
                        .toList())
                .build();
        ask(queries, this::queryBatch, observer, found -> SameFields.copied(found, SearchBatchResponse.newBuilder())
                .build());
    }

    @Override
    public final void searchGroups(SearchPointGroups request, StreamObserver<SearchGroupsResponse> observer) {
        Supplier<QueryPointGroups> query = () -> {
            QdrantErrors.refuse(request.hasSparseIndices(), "sparse vectors");
            return sameGroups(request)
                    .setQuery(nearest(request.getVectorList()))
                    .setUsing(request.getVectorName())
                    .setLimit(Integer.toUnsignedLong(request.getLimit()))
                    .setGroupSize(Integer.toUnsignedLong(request.getGroupSize()))
                    .build();
        };
        ask(query, this::queryGroups, observer, found -> SameFields.copied(found, SearchGroupsResponse.newBuilder())
                .build());
    }

    @Override
    public final void recommend(RecommendPoints request, StreamObserver<RecommendResponse> observer) {
        ask(() -> asQuery(request), this::query, observer, found -> SameFields.copied(
                        found, RecommendResponse.newBuilder())
                .build());
    }

    @Override
    public final void recommendBatch(RecommendBatchPoints request, StreamObserver<RecommendBatchResponse> observer) {
        Supplier<QueryBatchPoints> queries = () -> QueryBatchPoints.newBuilder()
                .setCollectionName(request.getCollectionName())
                .addAllQueryPoints(request.getRecommendPointsList().stream()
                        .map(OlderSearches::asQuery)
                        .toList())
                .build();
        ask(queries, this::queryBatch, observer, found -> SameFields.copied(found, RecommendBatchResponse.newBuilder())
                .build());
    }

    @Override
    public final void recommendGroups(RecommendPointGroups request, StreamObserver<RecommendGroupsResponse> observer) {
        Supplier<QueryPointGroups> query = () -> sameGroups(request)
                .setQuery(like(
                        request.getPositiveList(),
                        request.getPositiveVectorsList(),
                        request.getNegativeList(),
                        request.getNegativeVectorsList(),
                        request.getStrategy()))
                .setLimit(Integer.toUnsignedLong(request.getLimit()))
                .setGroupSize(Integer.toUnsignedLong(request.getGroupSize()))
                .build();
        ask(query, this::queryGroups, observer, found -> SameFields.copied(found, RecommendGroupsResponse.newBuilder())
                .build());
    }

    private interface Method<Q, A> {
        void call(Q request, StreamObserver<A> observer);
    }

    private static <Q, A, B> void ask(
            Supplier<Q> query, Method<Q, A> method, StreamObserver<B> observer, Function<A, B> inOldWords) {
        Q translated;
        try {
            translated = query.get();
        } catch (StatusRuntimeException refused) {
            observer.onError(refused);
            return;
        }
        method.call(translated, new StreamObserver<>() {
            @Override
            public void onNext(A answer) {
                observer.onNext(inOldWords.apply(answer));
            }

            @Override
            public void onError(Throwable refused) {
                observer.onError(refused);
            }

            @Override
            public void onCompleted() {
                observer.onCompleted();
            }
        });
    }

    private static QueryPoints asQuery(SearchPoints request) {
        QdrantErrors.refuse(request.hasSparseIndices(), "sparse vectors");
        return samePoints(request)
                .setQuery(nearest(request.getVectorList()))
                .setUsing(request.getVectorName())
                .setLimit(request.getLimit())
                .build();
    }

    private static QueryPoints asQuery(RecommendPoints request) {
        return samePoints(request)
                .setQuery(like(
                        request.getPositiveList(),
                        request.getPositiveVectorsList(),
                        request.getNegativeList(),
                        request.getNegativeVectorsList(),
                        request.getStrategy()))
                .setLimit(request.getLimit())
                .build();
    }

    private static QueryPoints.Builder samePoints(Message request) {
        QueryPoints.Builder query = SameFields.copied(request, QueryPoints.newBuilder());
        return query.hasLookupFrom() ? query.setLookupFrom(named(query.getLookupFrom())) : query;
    }

    private static QueryPointGroups.Builder sameGroups(Message request) {
        QueryPointGroups.Builder query = SameFields.copied(request, QueryPointGroups.newBuilder());
        return query.hasLookupFrom() ? query.setLookupFrom(named(query.getLookupFrom())) : query;
    }

    /** Without a name they mean the unnamed vector, where a query means the one it searches. */
    private static LookupLocation named(LookupLocation location) {
        return location.hasVectorName()
                ? location
                : location.toBuilder().setVectorName("").build();
    }

    private static Query nearest(List<Float> vector) {
        return Query.newBuilder()
                .setNearest(VectorInput.newBuilder()
                        .setDense(DenseVector.newBuilder().addAllData(vector)))
                .build();
    }

    private static Query like(
            List<PointId> positive,
            List<Vector> positiveVectors,
            List<PointId> negative,
            List<Vector> negativeVectors,
            RecommendStrategy strategy) {
        if (positive.isEmpty() && positiveVectors.isEmpty() && strategy == RecommendStrategy.AverageVector) {
            throw QdrantErrors.badRequest("At least one positive vector ID required with this strategy");
        }
        RecommendInput.Builder examples = RecommendInput.newBuilder().setStrategy(strategy);
        positive.forEach(id -> examples.addPositive(VectorInput.newBuilder().setId(id)));
        positiveVectors.forEach(vector -> examples.addPositive(input(vector)));
        negative.forEach(id -> examples.addNegative(VectorInput.newBuilder().setId(id)));
        negativeVectors.forEach(vector -> examples.addNegative(input(vector)));
        return Query.newBuilder().setRecommend(examples).build();
    }

    private static VectorInput input(Vector vector) {
        return VectorInput.newBuilder()
                .setDense(DenseVector.newBuilder().addAllData(Vectors.components(vector)))
                .build();
    }
}
