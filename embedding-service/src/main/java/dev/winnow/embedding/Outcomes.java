package dev.winnow.embedding;

import dev.winnow.contract.EmbeddingEvent;
import java.util.List;

/** Where outcomes are told. */
public interface Outcomes {

    /**
     * Publishes outcomes and returns when all of them are acknowledged.
     *
     * @throws DependencyUnavailableException if the broker does not acknowledge them
     */
    void publish(List<EmbeddingEvent> outcomes);
}
