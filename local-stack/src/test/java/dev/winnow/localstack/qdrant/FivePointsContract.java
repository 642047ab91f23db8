package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Queries over five points of three kinds in a plane. */
abstract class FivePointsContract extends QdrantContract {

    @BeforeEach
    void createPoints() throws Exception {
        create(Distance.Dot, 2);
        upsert(
                point(id(1), Map.of("kind", value("a")), 1, 0),
                point(id(2), Map.of("kind", value("a")), 2, 1),
                point(id(3), Map.of("kind", value("b")), 0, 3),
                point(id(4), Map.of("kind", value("b")), -1, 2),
                point(id(5), Map.of("kind", value("c")), -4, 0));
    }

    List<ScoredPoint> query(Query query) throws Exception {
        return query(QueryPoints.newBuilder().setQuery(query));
    }

    List<ScoredPoint> query(QueryPoints.Builder request) throws Exception {
        return get(client().queryAsync(request.setCollectionName(name).build()));
    }

    void refusedQuery(Status.Code code, String words, QueryPoints.Builder request) {
        refused(code, words, client().queryAsync(request.setCollectionName(name).build()));
    }

    static QueryPoints.Builder request(Query query) {
        return QueryPoints.newBuilder().setQuery(query);
    }
}
