package dev.winnow.curation.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.winnow.contract.Adapter;
import dev.winnow.curation.adapter.AdapterStore;
import dev.winnow.curation.adapter.TrainedAdapter;
import java.util.HashMap;
import java.util.Map;

/** Adapters in memory, by their ids. */
final class MemoryAdapterStore implements AdapterStore {

    final Map<String, byte[]> graphs = new HashMap<>();

    @Override
    public void save(TrainedAdapter adapter, String dataset, Object training) {
        Adapter described = adapter.described(dataset, JsonNodeFactory.instance.objectNode());
        graphs.put(described.id(), adapter.graph());
    }
}
