package dev.winnow.curation.jobs;

import dev.winnow.curation.map.DatasetMap;
import dev.winnow.curation.map.MapStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The last map of each dataset, in memory. */
final class MemoryMapStore implements MapStore {

    private final Map<String, DatasetMap> maps = new HashMap<>();

    @Override
    public void save(DatasetMap map) {
        maps.put(map.dataset(), map);
    }

    @Override
    public Optional<DatasetMap> find(String dataset) {
        return Optional.ofNullable(maps.get(dataset));
    }
}
