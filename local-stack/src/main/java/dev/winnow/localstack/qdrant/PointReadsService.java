package dev.winnow.localstack.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.DiscoverBatchPoints;
import io.qdrant.client.grpc.Points.DiscoverBatchResponse;
import io.qdrant.client.grpc.Points.DiscoverPoints;
import io.qdrant.client.grpc.Points.DiscoverResponse;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.GroupsResult;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryGroupsResponse;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchMatrixOffsetsResponse;
import io.qdrant.client.grpc.Points.SearchMatrixPairsResponse;
import io.qdrant.client.grpc.Points.SearchMatrixPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of Qdrant's {@code Points} service reads points. Consistency and time limits of requests are met by a single
 * node without further ado.
 */
abstract class PointReadsService extends OlderSearches {

    private static final int DEFAULT_LIMIT = 10;

    private final Catalogue catalogue;

    PointReadsService(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    private PointSearch search(String collection) {
        return new PointSearch(catalogue.get(collection), catalogue::find);
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
            Collection collection = catalogue.get(request.getCollectionName());
            PointReads.Page page = page(request, collection);
            ScrollResponse.Builder response = ScrollResponse.newBuilder()
                    .addAllResult(page.points().stream()
                            .map(Selection.Point::retrieved)
                            .toList())
                    .setTime(Calls.seconds(started));
            page.next().ifPresent(next -> response.setNextPageOffset(next.toPointId()));
            return response.build();
        });
    }

    private static PointReads.Page page(ScrollPoints request, Collection collection) throws IOException {
        Selection selection = Selection.of(
                request.hasWithPayload(),
                request.getWithPayload(),
                PayloadSelector.ALL,
                request.getWithVectors(),
                collection);
        int limit = request.hasLimit() ? Limits.positive("limit", request.getLimit()) : DEFAULT_LIMIT;
        PointReads reads = new PointReads(collection);
        if (!request.hasOrderBy()) {
            PointKey from = request.hasOffset() ? PointKey.of(request.getOffset()) : null;
            return reads.scroll(request.getFilter(), from, limit, selection);
        }
        if (request.hasOffset()) {
            throw QdrantErrors.badInput("Cannot use an `offset` when using `order_by`. The alternative for paging is to"
                    + " use `order_by.start_from` and a filter to exclude the IDs that you've already seen for the"
                    + " `order_by.start_from` value");
        }
        return new PointReads.Page(
                reads.ordered(request.getOrderBy(), request.getFilter(), limit, selection), Optional.empty());
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
    public void facet(FacetCounts request, StreamObserver<FacetResponse> observer) {
        Calls.answer(observer, started -> {
            QdrantErrors.refuse(request.hasShardKeySelector(), "shard keys");
            int limit = request.hasLimit() ? Limits.positive("limit", request.getLimit()) : DEFAULT_LIMIT;
            return FacetResponse.newBuilder()
                    .addAllHits(new PointReads(catalogue.get(request.getCollectionName()))
                            .facet(request.getKey(), request.getFilter(), limit))
                    .setTime(Calls.seconds(started))
                    .build();
        });
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
        Calls.answer(observer, started -> QueryResponse.newBuilder()
                .addAllResult(search(request.getCollectionName()).query(request))
                .setTime(Calls.seconds(started))
                .build());
    }

    @Override
    public void queryBatch(QueryBatchPoints request, StreamObserver<QueryBatchResponse> observer) {
        Calls.answer(observer, started -> QueryBatchResponse.newBuilder()
                .addAllResult(batch(request.getCollectionName(), request.getQueryPointsList()))
                .setTime(Calls.seconds(started))
                .build());
    }

    /** All of one collection, whatever the single requests say, as in Qdrant. */
    private List<BatchResult> batch(String collection, List<QueryPoints> requests) throws IOException {
        PointSearch search = search(collection);
        ArrayList<BatchResult> results = new ArrayList<>();
        for (QueryPoints request : requests) {
            List<ScoredPoint> found = search.query(request);
            results.add(BatchResult.newBuilder().addAllResult(found).build());
        }
        return results;
    }

    @Override
    public void queryGroups(QueryPointGroups request, StreamObserver<QueryGroupsResponse> observer) {
        Calls.answer(observer, started -> QueryGroupsResponse.newBuilder()
                .setResult(groups(request))
                .setTime(Calls.seconds(started))
                .build());
    }

    private GroupsResult groups(QueryPointGroups request) throws IOException {
        return new Grouping(catalogue.get(request.getCollectionName()), catalogue::find).query(request);
    }

    private static void refuse(StreamObserver<?> observer, String what) {
        observer.onError(QdrantErrors.unimplemented(what));
    }

    @Override
    public void discover(DiscoverPoints request, StreamObserver<DiscoverResponse> observer) {
        refuse(observer, "discover");
    }

    @Override
    public void discoverBatch(DiscoverBatchPoints request, StreamObserver<DiscoverBatchResponse> observer) {
        refuse(observer, "discover");
    }

    @Override
    public void searchMatrixPairs(SearchMatrixPoints request, StreamObserver<SearchMatrixPairsResponse> observer) {
        refuse(observer, "search matrix");
    }

    @Override
    public void searchMatrixOffsets(SearchMatrixPoints request, StreamObserver<SearchMatrixOffsetsResponse> observer) {
        refuse(observer, "search matrix");
    }
}
