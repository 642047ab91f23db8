package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Disabled;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.QuantizationConfig;
import io.qdrant.client.grpc.Collections.QuantizationConfigDiff;
import io.qdrant.client.grpc.Collections.QuantizationType;
import io.qdrant.client.grpc.Collections.RenameAlias;
import io.qdrant.client.grpc.Collections.ScalarQuantization;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsDiff;
import io.qdrant.client.grpc.Collections.VectorParamsDiffMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Collections.VectorsConfigDiff;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What collections are made of, how that is changed, and by which names they go. */
abstract class CollectionsContract extends QdrantContract {

    private CreateCollection.Builder creation() {
        return CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(VectorsConfig.newBuilder()
                        .setParams(VectorParams.newBuilder().setSize(2).setDistance(Distance.Dot)));
    }

    private CollectionConfig config() throws Exception {
        return get(client().getCollectionInfoAsync(name)).getConfig();
    }

    private UpdateCollection.Builder update() {
        return UpdateCollection.newBuilder().setCollectionName(name);
    }

    @Test
    void a_collection_keeps_the_defaults_it_is_not_told() throws Exception {
        get(client().createCollectionAsync(creation()
                .setHnswConfig(HnswConfigDiff.newBuilder().setM(24))
                .putMetadata("team", value("photos"))
                .build()));

        assertThat(config().getHnswConfig().getM()).isEqualTo(24);
        assertThat(config().getHnswConfig().getEfConstruct()).isEqualTo(100);
        assertThat(config().getParams().getShardNumber()).isEqualTo(1);
        assertThat(config().getMetadataMap()).isEqualTo(Map.of("team", value("photos")));
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() throws Exception {
        get(client().createCollectionAsync(creation()
                .putMetadata("team", value("photos"))
                .putMetadata("stage", value("raw"))
                .build()));

        get(client().updateCollectionAsync(update().setOptimizersConfig(
                        OptimizersConfigDiff.newBuilder().setIndexingThreshold(123))
                .setHnswConfig(HnswConfigDiff.newBuilder().setEfConstruct(200))
                .setVectorsConfig(VectorsConfigDiff.newBuilder()
                        .setParams(VectorParamsDiff.newBuilder()
                                .setOnDisk(true)
                                .setHnswConfig(HnswConfigDiff.newBuilder().setM(32))))
                .putMetadata("stage", value("clean"))
                .putMetadata("owner", value("me"))
                .build()));

        assertThat(config().getOptimizerConfig().getIndexingThreshold()).isEqualTo(123);
        assertThat(config().getOptimizerConfig().getDeletedThreshold()).isEqualTo(0.2);
        assertThat(config().getHnswConfig().getEfConstruct()).isEqualTo(200);
        assertThat(config().getHnswConfig().getM()).isEqualTo(16);
        VectorParams vectors = config().getParams().getVectorsConfig().getParams();
        assertThat(vectors.getOnDisk()).isTrue();
        assertThat(vectors.getHnswConfig().getM()).isEqualTo(32);
        assertThat(vectors.getSize()).isEqualTo(2);
        assertThat(config().getMetadataMap())
                .isEqualTo(Map.of("team", value("photos"), "stage", value("clean"), "owner", value("me")));
    }

    @Test
    void a_null_takes_an_entry_out_of_the_metadata() throws Exception {
        get(client().createCollectionAsync(
                        creation().putMetadata("team", value("photos")).build()));

        get(client().updateCollectionAsync(
                        update().putMetadata("team", nullValue()).build()));

        assertThat(config().getMetadataMap()).isEmpty();
    }

    @Test
    void quantization_is_reported_changed_and_switched_off() throws Exception {
        ScalarQuantization int8 = ScalarQuantization.newBuilder()
                .setType(QuantizationType.Int8)
                .setAlwaysRam(true)
                .build();
        get(client().createCollectionAsync(creation()
                .setQuantizationConfig(QuantizationConfig.newBuilder().setScalar(int8))
                .build()));
        assertThat(config().getQuantizationConfig().getScalar()).isEqualTo(int8);

        get(client().updateCollectionAsync(update().setQuantizationConfig(
                        QuantizationConfigDiff.newBuilder().setDisabled(Disabled.getDefaultInstance()))
                .build()));
        assertThat(config().hasQuantizationConfig()).isFalse();
    }

    @Test
    void updates_of_what_does_not_exist_are_refused() throws Exception {
        refused(
                Status.Code.NOT_FOUND,
                "Collection `" + name + "` doesn't exist!",
                client().updateCollectionAsync(update().build()));
        get(client().createCollectionAsync(creation().build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Not existing vector name error: text",
                client().updateCollectionAsync(update().setVectorsConfig(VectorsConfigDiff.newBuilder()
                                .setParamsMap(VectorParamsDiffMap.newBuilder()
                                        .putMap("text", VectorParamsDiff.getDefaultInstance())))
                        .build()));
    }

    @Test
    void a_field_is_indexed_as_any_type() throws Exception {
        get(client().createCollectionAsync(creation().build()));
        List<PayloadSchemaType> types = List.of(
                PayloadSchemaType.Keyword,
                PayloadSchemaType.Integer,
                PayloadSchemaType.Float,
                PayloadSchemaType.Geo,
                PayloadSchemaType.Text,
                PayloadSchemaType.Bool,
                PayloadSchemaType.Datetime,
                PayloadSchemaType.Uuid);

        for (PayloadSchemaType type : types) {
            get(client().createPayloadIndexAsync(name, "as." + type, type, null, true, null, null));
        }

        Map<String, PayloadSchemaInfo> schema =
                get(client().getCollectionInfoAsync(name)).getPayloadSchemaMap();
        assertThat(schema.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        types.stream().map(type -> "as." + type).toList());
        schema.forEach((field, info) -> assertThat("as." + info.getDataType()).isEqualTo(field));
        get(client().deletePayloadIndexAsync(name, "as.Geo", true, null, null));
        assertThat(get(client().getCollectionInfoAsync(name)).getPayloadSchemaMap())
                .hasSize(types.size() - 1)
                .doesNotContainKey("as.Geo");
    }

    @Test
    void sizes_are_checked() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "invalid, must be 1",
                client().createCollectionAsync(creation()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder().setDistance(Distance.Dot)))
                        .build()));
    }

    @Test
    void an_alias_needs_a_collection_and_a_name_of_its_own() throws Exception {
        get(client().createCollectionAsync(creation().build()));

        refused(
                Status.Code.NOT_FOUND,
                "Collection `" + name + "-absent` doesn't exist!",
                client().createAliasAsync(name + "-alias", name + "-absent"));
        refused(Status.Code.ALREADY_EXISTS, "already exists!", client().createAliasAsync(name, name));
        refused(
                Status.Code.NOT_FOUND,
                "does not exists!",
                client().updateAliasesAsync(
                                List.of(AliasOperations.newBuilder()
                                        .setRenameAlias(RenameAlias.newBuilder()
                                                .setOldAliasName(name + "-alias")
                                                .setNewAliasName(name + "-other"))
                                        .build()),
                                null));
        get(client().deleteAliasAsync(name + "-alias"));
        assertThat(get(client().listCollectionAliasesAsync(name + "-absent"))).isEmpty();
    }

    @Test
    void a_collection_takes_its_aliases_along() throws Exception {
        get(client().createCollectionAsync(creation().build()));
        get(client().updateAliasesAsync(
                        List.of(AliasOperations.newBuilder()
                                .setCreateAlias(CreateAlias.newBuilder()
                                        .setAliasName(name + "-alias")
                                        .setCollectionName(name))
                                .build()),
                        null));
        assertThat(get(client().collectionExistsAsync(name + "-alias"))).isTrue();
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Alias with the same name already exists",
                client().createCollectionAsync(
                                creation().setCollectionName(name + "-alias").build()));

        get(client().deleteCollectionAsync(name));

        assertThat(get(client().collectionExistsAsync(name + "-alias"))).isFalse();
        assertThat(get(client().listAliasesAsync()))
                .extracting(alias -> alias.getAliasName())
                .doesNotContain(name + "-alias");
    }
}
