package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionParamsDiff;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Collections.WalConfigDiff;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a collection was created with and which of its fields are indexed, in the form Qdrant reports it.
 *
 * @param info the configuration and the payload schema; the counts are not filled in
 * @param spaces of its vectors, by name
 */
record CollectionSettings(CollectionInfo info, Map<String, VectorSpace> spaces) {

    /** As for the names of collections. */
    private static final int LONGEST_NAME = 255;

    private static final String FILE = "collection.binpb";

    private CollectionSettings(CollectionInfo info) {
        this(info, spaces(info.getConfig()));
    }

    /** Refuses what this server cannot keep its word on; hints at storage and speed are kept and reported. */
    static CollectionSettings of(CreateCollection request) {
        QdrantErrors.refuse(request.getSparseVectorsConfig().getMapCount() > 0, "sparse vectors");
        QdrantErrors.refuse(request.getStrictModeConfig().getEnabled(), "strict mode");
        QdrantErrors.refuse(request.getShardingMethod() != ShardingMethod.Auto, "custom sharding");
        refuseMoreThanOne(request.hasShardNumber(), "shard_number", request.getShardNumber(), "more than one shard");
        refuseReplication(request.hasReplicationFactor(), request.getReplicationFactor());
        refuseReplication(request.hasWriteConsistencyFactor(), request.getWriteConsistencyFactor());
        vectors(request.getVectorsConfig()).forEach((name, params) -> {
            if (name.length() > LONGEST_NAME) {
                throw QdrantErrors.badInput("vector name must have at most " + LONGEST_NAME + " characters");
            }
            check(params);
        });
        check(request.getHnswConfig());
        CollectionParams params = CollectionParams.newBuilder()
                .setShardNumber(1)
                .setOnDiskPayload(!request.hasOnDiskPayload() || request.getOnDiskPayload())
                .setVectorsConfig(request.getVectorsConfig())
                .setReplicationFactor(1)
                .setWriteConsistencyFactor(1)
                .build();
        HnswConfigDiff hnsw = HnswConfigDiff.newBuilder()
                .setM(16)
                .setEfConstruct(100)
                .setFullScanThreshold(10_000)
                .setMaxIndexingThreads(0)
                .setOnDisk(false)
                .mergeFrom(request.getHnswConfig())
                .build();
        CollectionConfig.Builder config = CollectionConfig.newBuilder()
                .setParams(params)
                .setHnswConfig(hnsw)
                .setOptimizerConfig(OptimizersConfigDiff.newBuilder()
                        .setDeletedThreshold(0.2)
                        .setVacuumMinVectorNumber(1000)
                        .setDefaultSegmentNumber(0)
                        .setIndexingThreshold(10_000)
                        .setFlushIntervalSec(5)
                        .mergeFrom(request.getOptimizersConfig()))
                .setWalConfig(WalConfigDiff.newBuilder()
                        .setWalCapacityMb(32)
                        .setWalSegmentsAhead(0)
                        .setWalRetainClosed(1)
                        .mergeFrom(request.getWalConfig()))
                .putAllMetadata(merged(Map.of(), request.getMetadataMap()));
        if (request.hasQuantizationConfig()) {
            config.setQuantizationConfig(request.getQuantizationConfig());
        }
        if (request.hasStrictModeConfig()) {
            config.setStrictModeConfig(request.getStrictModeConfig());
        }
        return new CollectionSettings(
                CollectionInfo.newBuilder().setConfig(config).build());
    }

    /** The settings with what the request changes; everything else stays. */
    CollectionSettings with(UpdateCollection request) {
        QdrantErrors.refuse(request.getSparseVectorsConfig().getMapCount() > 0, "sparse vectors");
        QdrantErrors.refuse(request.getStrictModeConfig().getEnabled(), "strict mode");
        CollectionParamsDiff params = request.getParams();
        refuseReplication(params.hasReplicationFactor(), params.getReplicationFactor());
        refuseReplication(params.hasWriteConsistencyFactor(), params.getWriteConsistencyFactor());
        QdrantErrors.refuse(params.getReadFanOutFactor() != 0, "read_fan_out_factor");
        QdrantErrors.refuse(params.getReadFanOutDelayMs() != 0, "read_fan_out_delay_ms");
        check(request.getHnswConfig());
        CollectionConfig.Builder config = info.getConfig().toBuilder();
        if (params.hasOnDiskPayload()) {
            config.getParamsBuilder().setOnDiskPayload(params.getOnDiskPayload());
        }
        config.getHnswConfigBuilder().mergeFrom(request.getHnswConfig());
        config.getOptimizerConfigBuilder().mergeFrom(request.getOptimizersConfig());
        VectorChanges.apply(config.getParamsBuilder().getVectorsConfigBuilder(), request.getVectorsConfig());
        if (request.hasQuantizationConfig()) {
            VectorChanges.changed(request.getQuantizationConfig())
                    .ifPresentOrElse(config::setQuantizationConfig, config::clearQuantizationConfig);
        }
        if (request.hasStrictModeConfig()) {
            config.getStrictModeConfigBuilder().mergeFrom(request.getStrictModeConfig());
        }
        Map<String, Value> metadata = merged(config.getMetadataMap(), request.getMetadataMap());
        config.clearMetadata().putAllMetadata(metadata);
        return new CollectionSettings(info.toBuilder().setConfig(config).build());
    }

    private static void refuseMoreThanOne(boolean given, String field, int value, String what) {
        if (given && value < 1) {
            throw QdrantErrors.tooSmall(field, value, 1);
        }
        QdrantErrors.refuse(given && value != 1, what);
    }

    private static void refuseReplication(boolean given, int factor) {
        refuseMoreThanOne(given, "replication_factor", factor, "replication");
    }

    /** A null takes an entry out. */
    private static Map<String, Value> merged(Map<String, Value> old, Map<String, Value> changes) {
        return PayloadEdit.merged(old, changes);
    }

    static CollectionSettings load(Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(FILE))) {
            return new CollectionSettings(CollectionInfo.parseFrom(in));
        }
    }

    /** Replaces the file as a whole: a reader finds the old settings or the new ones. */
    void save(Path folder) throws IOException {
        DurableFiles.replace(folder.resolve(FILE), info.toByteArray());
    }

    CollectionSettings withField(String field, PayloadSchemaInfo schema) {
        return new CollectionSettings(
                info.toBuilder().putPayloadSchema(field, schema).build());
    }

    CollectionSettings withoutField(String field) {
        return new CollectionSettings(
                info.toBuilder().removePayloadSchema(field).build());
    }

    Map<String, PayloadSchemaInfo> fields() {
        return info.getPayloadSchemaMap();
    }

    private static void check(VectorParams vectors) {
        QdrantErrors.refuse(vectors.hasMultivectorConfig(), "multi-vectors");
        QdrantErrors.refuse(
                vectors.hasDatatype()
                        && vectors.getDatatype() != Datatype.Float32
                        && vectors.getDatatype() != Datatype.Default,
                "vector datatype " + vectors.getDatatype());
        if (vectors.getSize() < 1) {
            throw QdrantErrors.tooSmall("size", vectors.getSize(), 1);
        }
        QdrantErrors.refuse(
                vectors.getSize() > PointCodec.MOST_DIMENSIONS,
                "vectors of more than " + PointCodec.MOST_DIMENSIONS + " dimensions");
        Metric.of(vectors.getDistance());
        check(vectors.getHnswConfig());
    }

    static void check(HnswConfigDiff hnsw) {
        if (hnsw.hasEfConstruct() && hnsw.getEfConstruct() < 4) {
            throw QdrantErrors.tooSmall("hnsw_config.ef_construct", hnsw.getEfConstruct(), 4);
        }
        if (hnsw.hasFullScanThreshold() && hnsw.getFullScanThreshold() < 10) {
            throw QdrantErrors.tooSmall("hnsw_config.full_scan_threshold", hnsw.getFullScanThreshold(), 10);
        }
    }

    /** By name; a collection's only vector may have the empty one. */
    static Map<String, VectorParams> vectors(VectorsConfig config) {
        return config.hasParams()
                ? Map.of("", config.getParams())
                : config.getParamsMap().getMapMap();
    }

    private static Map<String, VectorSpace> spaces(CollectionConfig config) {
        Map<String, VectorSpace> spaces = new TreeMap<>();
        vectors(config.getParams().getVectorsConfig())
                .forEach((name, params) -> spaces.put(name, VectorSpace.of(params)));
        return spaces;
    }
}
