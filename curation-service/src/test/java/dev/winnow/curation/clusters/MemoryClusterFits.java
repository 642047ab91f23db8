package dev.winnow.curation.clusters;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Fits in memory. */
public final class MemoryClusterFits implements ClusterFits {

    private final Map<String, ClusterFit> fits = new HashMap<>();

    @Override
    public void save(ClusterFit fit) {
        fits.put(fit.dataset(), fit);
    }

    @Override
    public Optional<ClusterFit> find(String dataset) {
        return Optional.ofNullable(fits.get(dataset));
    }
}
