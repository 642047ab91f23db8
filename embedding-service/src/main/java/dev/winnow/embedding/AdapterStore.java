package dev.winnow.embedding;

import dev.winnow.contract.Adapter;
import java.util.Optional;

/** Adapters, in the bucket. Throws {@link DependencyUnavailableException} where it does not answer. */
public interface AdapterStore {

    /**
     * An adapter.
     *
     * @param graph the bytes of its ONNX graph
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once.
    record StoredAdapter(Adapter adapter, byte[] graph) {}

    /**
     * Finds an adapter by its id; empty where there is none.
     *
     * @throws UnusableModelException if what is there is no adapter
     */
    Optional<StoredAdapter> find(String id);
}
