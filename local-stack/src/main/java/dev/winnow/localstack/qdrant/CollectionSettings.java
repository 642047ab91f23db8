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
import io.qdrant.client.grpc.Collections.WalConfigDiff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * What a collection was created with and which of its fields are indexed, in the form Qdrant reports it.
 *
 * @param info the configuration and the payload schema; the counts are not filled in
 */
record CollectionSettings(CollectionInfo info) {

    private static final String FILE = "collection.binpb";

    /** Refuses what this server cannot keep its word on. */
    static CollectionSettings of(CreateCollection request) {
        QdrantErrors.refuse(request.hasSparseVectorsConfig(), "sparse vectors");
        QdrantErrors.refuse(request.hasQuantizationConfig(), "quantization");
        QdrantErrors.refuse(request.hasStrictModeConfig(), "strict mode");
        QdrantErrors.refuse(request.hasShardingMethod(), "sharding method");
        QdrantErrors.refuse(request.hasShardNumber() && request.getShardNumber() != 1, "more than one shard");
        QdrantErrors.refuse(request.hasReplicationFactor() && request.getReplicationFactor() != 1, "replication");
        QdrantErrors.refuse(request.getVectorsConfig().hasParamsMap(), "named vectors");
        QdrantErrors.refuse(!request.getVectorsConfig().hasParams(), "collections without a dense vector");
        VectorParams vectors = request.getVectorsConfig().getParams();
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

    private VectorParams vectors() {
        return info.getConfig().getParams().getVectorsConfig().getParams();
    }

    int dimension() {
        return Math.toIntExact(vectors().getSize());
    }

    Metric metric() {
        return Metric.of(vectors().getDistance());
    }

    /** The vector's own graph settings win over the collection's. */
    PointCodec codec() {
        HnswConfigDiff hnsw = info.getConfig().getHnswConfig().toBuilder()
                .mergeFrom(vectors().getHnswConfig())
                .build();
        return new PointCodec(Math.clamp(hnsw.getM(), 2, 512), Math.clamp(hnsw.getEfConstruct(), 4, 3200));
    }
}
