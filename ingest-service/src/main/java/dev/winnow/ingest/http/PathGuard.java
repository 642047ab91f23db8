package dev.winnow.ingest.http;

import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Looks at image paths before the router normalises them: {@code images/%2e%2e/x} would become {@code x} and be answered by
 * quite another resource. (A target that is no URI at all, such as {@code a%zz}, does not come this far: the HTTP server
 * itself answers it with a bare 400.)
 */
@ApplicationScoped
class PathGuard {

    /** Before everything Quarkus itself registers. */
    private static final int FIRST = 10_000;

    void register(@Observes Filters filters) {
        filters.register(PathGuard::check, FIRST);
    }

    private static void check(RoutingContext request) {
        String uri = request.request().uri();
        if (!uri.startsWith("/v1/datasets/")) {
            request.next();
            return;
        }
        try {
            String path = RawPath.imagePath(uri);
            if (!path.isEmpty()) {
                // Only the path is looked at here: the dataset has its own check, with its own message.
                ObjectKey.parse("any/" + path);
            }
        } catch (InvalidNameException e) {
            refuse(request, "invalid path: " + e.expected());
            return;
        } catch (IllegalArgumentException e) {
            refuse(request, "invalid path: " + e.getMessage());
            return;
        }
        request.next();
    }

    private static void refuse(RoutingContext request, String detail) {
        JsonObject problem = new JsonObject()
                .put("status", 400)
                .put("title", "Bad request")
                .put("detail", detail)
                .put("reason", "invalid-name")
                .put("field", "path");
        UnreadBody.drop(request.request());
        request.response()
                .setStatusCode(400)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(problem.toBuffer());
    }
}
