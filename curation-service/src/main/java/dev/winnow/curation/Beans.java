package dev.winnow.curation;

import dev.winnow.curation.vectors.Neighbours;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The parts of the domain that know nothing of the container. */
@ApplicationScoped
class Beans {

    @Produces
    @Singleton
    DatasetLedger ledger() {
        return new DatasetLedger();
    }

    @Produces
    @Singleton
    Neighbours neighbours() {
        return new Neighbours();
    }

    void close(@Disposes Neighbours neighbours) {
        neighbours.close();
    }
}
