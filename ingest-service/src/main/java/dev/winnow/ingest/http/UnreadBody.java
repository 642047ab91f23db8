package dev.winnow.ingest.http;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Lets go of what is left of a request's body once its answer is known. Otherwise the framework would queue it up in memory,
 * all of it: a hundred uploads told to come back later, or one of ten gigabytes told that it is too large, would fill the
 * heap. The bytes are read and dropped rather than the connection cut, because a client cut off while it sends may never
 * see the answer.
 */
final class UnreadBody {

    private final CurrentVertxRequest current;

    UnreadBody(CurrentVertxRequest current) {
        this.current = current;
    }

    @ServerResponseFilter
    void drop(ContainerResponseContext response) {
        drop(current.getCurrent().request());
    }

    static void drop(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(bytes -> {});
            request.resume();
        }
    }
}
