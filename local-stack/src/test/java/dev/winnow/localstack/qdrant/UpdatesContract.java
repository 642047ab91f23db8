package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorsSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Updates that depend on what is there, and those of parts of a point. */
abstract class UpdatesContract extends QdrantContract {

    private static final Filter DRAFTS = must(matchKeyword("stage", "draft"));

    @BeforeEach
    void createTwoPoints() throws Exception {
        get(client().createCollectionAsync(name, Map.of("image", params(), "text", params())));
        upsert(staged(1, "draft"), staged(2, "final"));
    }

    private static VectorParams params() {
        return VectorParams.newBuilder().setSize(1).setDistance(Distance.Dot).build();
    }

    private static PointStruct staged(long id, String stage) {
        return PointStruct.newBuilder()
                .setId(id(id))
                .setVectors(namedVectors(Map.of("image", vector((float) id), "text", vector((float) -id))))
                .putPayload("stage", value(stage))
                .build();
    }

    private UpsertPoints.Builder replacements() {
        return UpsertPoints.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .addAllPoints(List.of(staged(1, "new"), staged(2, "new"), staged(3, "new")));
    }

    private List<String> stages() throws Exception {
        return retrieve(id(1), id(2), id(3)).stream()
                .map(point -> point.getPayloadOrThrow("stage").getStringValue())
                .toList();
    }

    private Set<String> vectorNames(long id) throws Exception {
        return retrieve(id(id))
                .getFirst()
                .getVectors()
                .getVectors()
                .getVectorsMap()
                .keySet();
    }

    @Test
    void an_update_filter_spares_points_and_lets_new_ones_in() throws Exception {
        get(client().upsertAsync(replacements().setUpdateFilter(DRAFTS).build()));

        assertThat(stages()).containsExactlyInAnyOrder("new", "final", "new");
    }

    @Test
    void an_insert_leaves_what_is_there() throws Exception {
        get(client().upsertAsync(
                        replacements().setUpdateMode(UpdateMode.InsertOnly).build()));

        assertThat(stages()).containsExactlyInAnyOrder("draft", "final", "new");
    }

    @Test
    void an_update_only_brings_nothing_new() throws Exception {
        get(client().upsertAsync(replacements()
                .setUpdateMode(UpdateMode.UpdateOnly)
                .setUpdateFilter(DRAFTS)
                .build()));

        assertThat(stages()).containsExactlyInAnyOrder("new", "final");
    }

    @Test
    void vectors_are_updated_where_the_filter_holds() throws Exception {
        get(client().updateVectorsAsync(UpdatePointVectors.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .addAllPoints(List.of(image(1, 10), image(2, 20)))
                .setUpdateFilter(DRAFTS)
                .build()));

        var draft = retrieve(id(1)).getFirst().getVectors().getVectors();
        var other = retrieve(id(2)).getFirst().getVectors().getVectors();
        assertThat(draft.getVectorsOrThrow("image").getDense().getDataList()).containsExactly(10f);
        assertThat(draft.getVectorsOrThrow("text").getDense().getDataList()).containsExactly(-1f);
        assertThat(other.getVectorsOrThrow("image").getDense().getDataList()).containsExactly(2f);
    }

    private static PointVectors image(long id, float x) {
        return PointVectors.newBuilder()
                .setId(id(id))
                .setVectors(namedVectors(Map.of("image", vector(x))))
                .build();
    }

    @Test
    void vectors_are_deleted_by_id_by_filter_and_in_a_batch() throws Exception {
        get(client().deleteVectorsAsync(name, List.of("image"), List.of(id(2))));
        assertThat(vectorNames(2)).containsExactly("text");
        assertThat(vectorNames(1)).containsExactlyInAnyOrder("image", "text");

        get(client().deleteVectorsAsync(name, List.of("text"), DRAFTS));
        assertThat(vectorNames(1)).containsExactly("image");

        get(client().batchUpdateAsync(
                        name,
                        List.of(PointsUpdateOperation.newBuilder()
                                .setDeleteVectors(PointsUpdateOperation.DeleteVectors.newBuilder()
                                        .setPointsSelector(PointsSelector.newBuilder()
                                                .setPoints(PointsIdsList.newBuilder()
                                                        .addIds(id(1))))
                                        .setVectors(VectorsSelector.newBuilder().addNames("image")))
                                .build())));
        assertThat(vectorNames(1)).isEmpty();
        assertThat(stages()).containsExactlyInAnyOrder("draft", "final");
    }

    @Test
    void updates_of_points_and_names_that_are_missing_are_refused() {
        refused(
                Status.Code.NOT_FOUND,
                "No point with id 404",
                client().updateVectorsAsync(name, List.of(image(404, 1))));
        refused(
                Status.Code.NOT_FOUND,
                "No point with id 404",
                client().deleteVectorsAsync(name, List.of("image"), List.of(id(404))));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: sound",
                client().deleteVectorsAsync(name, List.of("sound"), List.of(id(1))));
    }
}
