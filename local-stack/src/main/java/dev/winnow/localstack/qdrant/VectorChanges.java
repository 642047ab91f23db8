package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.QuantizationConfig;
import io.qdrant.client.grpc.Collections.QuantizationConfigDiff;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsDiff;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Collections.VectorsConfigDiff;
import java.util.Map;
import java.util.Optional;

/** What an update of a collection does to the parameters of its vectors; never to their size or distance. */
final class VectorChanges {

    private VectorChanges() {}

    static void apply(VectorsConfig.Builder config, VectorsConfigDiff changes) {
        Map<String, VectorParamsDiff> byName = changes.hasParams()
                ? Map.of("", changes.getParams())
                : changes.getParamsMap().getMapMap();
        byName.forEach((name, diff) -> {
            VectorParams old = CollectionSettings.vectors(config.build()).get(name);
            if (old == null) {
                throw QdrantErrors.noVectorName(name);
            }
            VectorParams changed = changed(old, diff);
            if (config.hasParams()) {
                config.setParams(changed);
            } else {
                config.getParamsMapBuilder().putMap(name, changed);
            }
        });
    }

    private static VectorParams changed(VectorParams old, VectorParamsDiff diff) {
        VectorParams.Builder changed = old.toBuilder();
        if (diff.hasHnswConfig()) {
            CollectionSettings.check(diff.getHnswConfig());
            if (diff.getHnswConfig().equals(HnswConfigDiff.getDefaultInstance())) {
                changed.clearHnswConfig();
            } else {
                changed.getHnswConfigBuilder().mergeFrom(diff.getHnswConfig());
            }
        }
        if (diff.hasQuantizationConfig()) {
            changed(diff.getQuantizationConfig())
                    .ifPresentOrElse(changed::setQuantizationConfig, changed::clearQuantizationConfig);
        }
        if (diff.hasOnDisk()) {
            changed.setOnDisk(diff.getOnDisk());
        }
        return changed.build();
    }

    /** Absent where it is switched off. */
    static Optional<QuantizationConfig> changed(QuantizationConfigDiff diff) {
        QuantizationConfig.Builder config = QuantizationConfig.newBuilder();
        return switch (diff.getQuantizationCase()) {
            case SCALAR -> Optional.of(config.setScalar(diff.getScalar()).build());
            case PRODUCT -> Optional.of(config.setProduct(diff.getProduct()).build());
            case BINARY -> Optional.of(config.setBinary(diff.getBinary()).build());
            case TURBOQUANT ->
                Optional.of(config.setTurboquant(diff.getTurboquant()).build());
            case DISABLED -> Optional.empty();
            case QUANTIZATION_NOT_SET -> throw QdrantErrors.badInput("Malformed quantization config");
        };
    }
}
