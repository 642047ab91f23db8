package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Collections.WalConfigDiff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a collection was created with and which of its fields are indexed, in the form Qdrant reports it.
 *
 * @param info the configuration and the payload schema; the counts are not filled in
 * @param spaces of its vectors, by name
 */
record CollectionSettings(CollectionInfo info, Map<String, VectorSpace> spaces) {

    private static final String FILE = "collection.binpb";

    private CollectionSettings(CollectionInfo info) {
        this(info, spaces(info.getConfig()));
    }

    /** Refuses what this server cannot keep its word on. */
    static CollectionSettings of(CreateCollection request) {
        QdrantErrors.refuse(request.hasSparseVectorsConfig(), "sparse vectors");
        QdrantErrors.refuse(request.hasQuantizationConfig(), "quantization");
        QdrantErrors.refuse(request.hasStrictModeConfig(), "strict mode");
        QdrantErrors.refuse(request.hasShardingMethod(), "sharding method");
        QdrantErrors.refuse(request.hasShardNumber() && request.getShardNumber() != 1, "more than one shard");
        QdrantErrors.refuse(request.hasReplicationFactor() && request.getReplicationFactor() != 1, "replication");
        vectors(request.getVectorsConfig()).values().forEach(CollectionSettings::check);
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
        CollectionConfig config = CollectionConfig.newBuilder()
                .setParams(params)
                .setHnswConfig(hnsw)
                .setOptimizerConfig(OptimizersConfigDiff.newBuilder()
                        .setDeletedThreshold(0.2)
                        .setVacuumMinVectorNumber(1000)
                        .setDefaultSegmentNumber(0)
                        .setFlushIntervalSec(5)
                        .mergeFrom(request.getOptimizersConfig()))
                .setWalConfig(WalConfigDiff.newBuilder()
                        .setWalCapacityMb(32)
                        .setWalSegmentsAhead(0)
                        .mergeFrom(request.getWalConfig()))
                .putAllMetadata(request.getMetadataMap())
                .build();
        return new CollectionSettings(
                CollectionInfo.newBuilder().setConfig(config).build());
    }

    static CollectionSettings load(Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(FILE))) {
            return new CollectionSettings(CollectionInfo.parseFrom(in));
        }
    }

    /** Replaces the file as a whole: a reader finds the old settings or the new ones. */
    void save(Path folder) throws IOException {
        Path written = folder.resolve(FILE + ".new");
        Files.write(written, info.toByteArray());
        Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
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
        QdrantErrors.refuse(vectors.hasQuantizationConfig(), "quantization");
        QdrantErrors.refuse(
                vectors.hasDatatype()
                        && vectors.getDatatype() != Datatype.Float32
                        && vectors.getDatatype() != Datatype.Default,
                "vector datatype " + vectors.getDatatype());
        if (vectors.getSize() < 1) {
            throw QdrantErrors.badInput("vector size: value " + vectors.getSize() + " invalid, must be 1 or larger");
        }
        QdrantErrors.refuse(
                vectors.getSize() > PointCodec.MOST_DIMENSIONS,
                "vectors of more than " + PointCodec.MOST_DIMENSIONS + " dimensions");
        Metric.of(vectors.getDistance());
    }

    /** By name; a collection's only vector may have the empty one. */
    private static Map<String, VectorParams> vectors(VectorsConfig config) {
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
