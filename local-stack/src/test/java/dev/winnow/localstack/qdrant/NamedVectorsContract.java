package dev.winnow.localstack.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.VectorOutputHelper;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several vectors a point, each with a name, a size and a distance of its own. */
abstract class NamedVectorsContract extends QdrantContract {

    @BeforeEach
    void createWithTwoNames() throws Exception {
        get(client().createCollectionAsync(
                        name, Map.of("image", params(2, Distance.Dot), "text", params(3, Distance.Euclid))));
        upsert(
                named(1, Map.of("image", vector(1, 0), "text", vector(0, 0, 1))),
                named(2, Map.of("image", vector(3, 0))),
                named(3, Map.of("text", vector(0, 0, 3))),
                named(4, Map.of()));
    }

    private static VectorParams params(int size, Distance distance) {
        return VectorParams.newBuilder().setSize(size).setDistance(distance).build();
    }

    private static PointStruct named(long id, Map<String, Vector> vectors) {
        return PointStruct.newBuilder()
                .setId(id(id))
                .setVectors(namedVectors(vectors))
                .build();
    }

    private static Map<String, List<Float>> data(VectorsOutput vectors) {
        Map<String, List<Float>> data = new TreeMap<>();
        for (Map.Entry<String, VectorOutput> each :
                vectors.getVectors().getVectorsMap().entrySet()) {
            data.put(
                    each.getKey(),
                    VectorOutputHelper.getDenseVector(each.getValue()).getDataList());
        }
        return data;
    }

    private Map<String, List<Float>> stored(long id) throws Exception {
        return data(retrieve(id(id)).getFirst().getVectors());
    }

    @Test
    void each_name_is_described_and_searched_by_itself() throws Exception {
        var described = get(client().getCollectionInfoAsync(name))
                .getConfig()
                .getParams()
                .getVectorsConfig()
                .getParamsMap();
        QueryPoints request = QueryPoints.newBuilder()
                .setCollectionName(name)
                .setUsing("image")
                .build();

        assertThat(described.getMapOrThrow("image").getSize()).isEqualTo(2);
        assertThat(described.getMapOrThrow("text").getDistance()).isEqualTo(Distance.Euclid);
        assertThat(numbers(get(client().queryAsync(
                                request.toBuilder().setQuery(nearest(1f, 0f)).build()))))
                .containsExactly(2L, 1L);
        assertThat(numbers(get(client().queryAsync(request.toBuilder()
                        .setUsing("text")
                        .setQuery(nearest(0f, 0f, 1f))
                        .build()))))
                .containsExactly(1L, 3L);
        assertThat(numbers(get(client().queryAsync(
                                request.toBuilder().setQuery(nearest(id(1))).build()))))
                .containsExactly(2L);
    }

    @Test
    void points_are_read_with_the_vectors_asked_for() throws Exception {
        assertThat(stored(1)).isEqualTo(Map.of("image", List.of(1f, 0f), "text", List.of(0f, 0f, 1f)));
        assertThat(stored(3)).containsOnlyKeys("text");
        assertThat(stored(4)).isEmpty();
        var images = get(client().retrieveAsync(
                        name,
                        List.of(id(1)),
                        WithPayloadSelectorFactory.enable(false),
                        WithVectorsSelectorFactory.include(List.of("image")),
                        null));
        assertThat(data(images.getFirst().getVectors())).isEqualTo(Map.of("image", List.of(1f, 0f)));
    }

    @Test
    void a_vector_is_replaced_while_others_stay() throws Exception {
        get(client().updateVectorsAsync(
                        name,
                        List.of(PointVectors.newBuilder()
                                .setId(id(1))
                                .setVectors(namedVectors(Map.of("image", vector(7, 8))))
                                .build())));

        assertThat(stored(1)).isEqualTo(Map.of("image", List.of(7f, 8f), "text", List.of(0f, 0f, 1f)));
    }

    @Test
    void unknown_names_are_refused() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: sound",
                client().upsertAsync(name, List.of(named(9, Map.of("sound", vector(1, 2))))));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: ",
                client().upsertAsync(
                                name,
                                List.of(PointStruct.newBuilder()
                                        .setId(id(9))
                                        .setVectors(vectors(1, 2))
                                        .build())));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: sound",
                client().queryAsync(QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setUsing("sound")
                        .setQuery(nearest(1f, 2f))
                        .build()));
    }
}
