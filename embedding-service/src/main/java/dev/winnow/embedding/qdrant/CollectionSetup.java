package dev.winnow.embedding.qdrant;

import dev.winnow.embedding.Backoff;
import dev.winnow.embedding.PointStore;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/** Makes the collection when the service starts, however late the vector database does: readers need its alias. */
@ApplicationScoped
class CollectionSetup {

    private static final Logger LOG = Logger.getLogger(CollectionSetup.class);

    void onStart(@Observes StartupEvent event, Backoff backoff, PointStore points) {
        Thread.ofVirtual().name("collection-setup").start(() -> {
            try {
                backoff.untilDone("preparing the collection", points::prepare);
            } catch (CancellationException e) {
                LOG.debug("stopped before the vector database answered");
            }
        });
    }
}
