package dev.winnow.curation;

import dev.winnow.contract.ImageEvent;
import java.util.List;

/** Makes the worker look at images. */
public interface ImageEvents {

    /**
     * Publishes events; all of them have been acknowledged when this returns.
     *
     * @throws DependencyUnavailableException if the broker does not answer; some may have been published then
     */
    void publish(List<? extends ImageEvent> events);
}
