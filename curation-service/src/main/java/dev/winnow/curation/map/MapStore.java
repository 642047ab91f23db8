package dev.winnow.curation.map;

import java.util.Optional;

/** Where the last map of each dataset lives between requests, replicas and restarts. */
public interface MapStore {

    /** Writes a dataset's map, replacing the one before. */
    void save(DatasetMap map);

    /** A dataset's last map. */
    Optional<DatasetMap> find(String dataset);
}
