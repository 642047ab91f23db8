package dev.winnow.embedding;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.winnow.contract.Adapter;
import dev.winnow.embedding.onnx.TestProjection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Adapters in memory. */
final class MemoryAdapters implements AdapterStore {

    private final Map<String, StoredAdapter> stored = new ConcurrentHashMap<>();

    @Override
    public Optional<StoredAdapter> find(String id) {
        return Optional.ofNullable(stored.get(id));
    }

    /** Keeps an adapter, and gives its id. */
    String put(String name, String base, float[] weights, int from, int to) {
        StoredAdapter made = made(name, base, weights, from, to);
        stored.put(made.adapter().id(), made);
        return made.adapter().id();
    }

    /** An adapter as the curation service writes it. */
    static StoredAdapter made(String name, String base, float[] weights, int from, int to) {
        byte[] graph = TestProjection.graph(weights, from, to);
        String sha256 = HexFormat.of().formatHex(EmbeddingModel.sha256().digest(graph));
        return new StoredAdapter(
                Adapter.of(name, base, from, to, sha256, "pets", JsonNodeFactory.instance.objectNode()), graph);
    }
}
