package dev.winnow.curation.clusters;

import java.util.Optional;

/** The last fit of each dataset. Every method throws {@link dev.winnow.curation.DependencyUnavailableException} while the store does not answer. */
public interface ClusterFits {

    /** Writes a fit, replacing the dataset's one before. */
    void save(ClusterFit fit);

    /** The last fit of a dataset. */
    Optional<ClusterFit> find(String dataset);
}
