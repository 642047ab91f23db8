package dev.winnow.curation;

import dev.winnow.curation.snapshots.VectorCache;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The parts of the domain that know nothing of the container. */
@ApplicationScoped
class Beans {

    private static final Logger LOG = Logger.getLogger(Beans.class);

    @Produces
    @Singleton
    DatasetLedger ledger() {
        return new DatasetLedger();
    }

    @Produces
    @Singleton
    VectorCache vectorCache(CurationConfig config) {
        return new VectorCache(config.vectors().cacheBytes());
    }

    @Produces
    @Singleton
    Neighbours neighbours(CurationConfig config) {
        Neighbours neighbours = new Neighbours(config.vectors().executionProvider());
        LOG.infof(
                "event=kernel execution-provider=%s%s",
                neighbours.provider(),
                neighbours
                        .fallback()
                        .map(reason -> " reason=\"" + reason + "\"")
                        .orElse(""));
        return neighbours;
    }

    void close(@Disposes Neighbours neighbours) {
        neighbours.close();
    }

    @Produces
    @Singleton
    NeighbourJoin neighbourJoin(Neighbours neighbours, CurationConfig config) {
        return new NeighbourJoin(neighbours, config.vectors().exactUpTo());
    }
}
