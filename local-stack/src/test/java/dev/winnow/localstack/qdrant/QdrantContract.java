package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.UpdateStatus;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;

/** Speaks to a Qdrant, whichever it is, about a collection of each test's own. */
abstract class QdrantContract {

    String name = "";

    @BeforeEach
    void nameACollection() {
        name = "contract-" + UUID.randomUUID();
    }

    abstract QdrantClient client();

    static <T> T get(ListenableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    void create(Distance distance, int size) throws Exception {
        get(client().createCollectionAsync(
                        name,
                        VectorParams.newBuilder()
                                .setSize(size)
                                .setDistance(distance)
                                .build()));
    }

    static PointStruct point(PointId id, Map<String, Value> payload, float... vector) {
        return PointStruct.newBuilder()
                .setId(id)
                .setVectors(vectors(vector))
                .putAllPayload(payload)
                .build();
    }

    void upsert(PointStruct... points) throws Exception {
        assertThat(get(client().upsertAsync(name, List.of(points))).getStatus()).isEqualTo(UpdateStatus.Completed);
    }

    List<RetrievedPoint> retrieve(PointId... ids) throws Exception {
        return get(client().retrieveAsync(
                        name,
                        List.of(ids),
                        WithPayloadSelectorFactory.enable(true),
                        WithVectorsSelectorFactory.enable(true),
                        null));
    }

    Map<String, Value> payload(PointId id) throws Exception {
        return retrieve(id).getFirst().getPayloadMap();
    }

    static List<Long> numbers(List<ScoredPoint> points) {
        return points.stream().map(point -> point.getId().getNum()).toList();
    }

    void refused(Status.Code code, String words, ListenableFuture<?> call) {
        assertThatThrownBy(() -> get(call)).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(words);
        });
    }

    static Filter must(io.qdrant.client.grpc.Common.Condition... conditions) {
        return Filter.newBuilder().addAllMust(List.of(conditions)).build();
    }
}
