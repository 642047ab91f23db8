package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.CollectionParamsDiff;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.MultiVectorConfig;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import org.junit.jupiter.api.Test;

/** What a real server keeps and this one refuses, each by its name. */
class CollectionSettingsTest {

    private static VectorParams.Builder params() {
        return VectorParams.newBuilder().setSize(2).setDistance(Distance.Dot);
    }

    private static CreateCollection.Builder creation() {
        return of(params());
    }

    private static CreateCollection.Builder of(VectorParams.Builder params) {
        return CreateCollection.newBuilder()
                .setVectorsConfig(VectorsConfig.newBuilder().setParams(params));
    }

    private static void refused(String name, CreateCollection.Builder request) {
        unimplemented(name, () -> CollectionSettings.of(request.build()));
    }

    private static void unimplemented(String name, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(e.getStatus().getDescription()).endsWith(name);
        });
    }

    @Test
    void creations_are_refused_by_what_they_ask_for() {
        refused("more than one shard", creation().setShardNumber(2));
        refused("replication", creation().setReplicationFactor(2));
        refused("replication", creation().setWriteConsistencyFactor(2));
        refused("custom sharding", creation().setShardingMethod(ShardingMethod.Custom));
        refused(
                "strict mode",
                creation().setStrictModeConfig(StrictModeConfig.newBuilder().setEnabled(true)));
        refused(
                "sparse vectors",
                creation()
                        .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                                .putMap("words", SparseVectorParams.getDefaultInstance())));
        refused("multi-vectors", of(params().setMultivectorConfig(MultiVectorConfig.getDefaultInstance())));
        refused("vector datatype Uint8", of(params().setDatatype(Datatype.Uint8)));
        refused("vector datatype Float16", of(params().setDatatype(Datatype.Float16)));
        refused("vectors of more than 4096 dimensions", of(params().setSize(4097)));
    }

    @Test
    void updates_are_refused_by_what_they_ask_for() {
        CollectionSettings settings = CollectionSettings.of(creation().build());

        unimplemented(
                "replication",
                () -> settings.with(UpdateCollection.newBuilder()
                        .setParams(CollectionParamsDiff.newBuilder().setReplicationFactor(2))
                        .build()));
        unimplemented(
                "read_fan_out_factor",
                () -> settings.with(UpdateCollection.newBuilder()
                        .setParams(CollectionParamsDiff.newBuilder().setReadFanOutFactor(1))
                        .build()));
        unimplemented(
                "strict mode",
                () -> settings.with(UpdateCollection.newBuilder()
                        .setStrictModeConfig(StrictModeConfig.newBuilder().setEnabled(true))
                        .build()));
    }

    @Test
    void what_one_server_has_anyway_is_accepted() {
        assertThatCode(() -> CollectionSettings.of(creation()
                        .setShardNumber(1)
                        .setReplicationFactor(1)
                        .setWriteConsistencyFactor(1)
                        .setShardingMethod(ShardingMethod.Auto)
                        .setStrictModeConfig(StrictModeConfig.newBuilder().setEnabled(false))
                        .build()))
                .doesNotThrowAnyException();
    }
}
