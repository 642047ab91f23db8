package dev.winnow.curation.http;

import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much a request may bring: lines and files in archives as many as they like, since they are read one after the other; all else
 * 64 MB.
 */
@ApplicationScoped
class BodyLimit {

    private static final long MOST = 64L << 20;
    private static final List<String> STREAMS =
            List.of(NdJson.MEDIA_TYPE, "application/zip", "application/x-tar", "application/gzip");

    /** Right behind the server's own limit, and before any resource. */
    private static final int ORDER = -1;

    void register(@Observes Router router) {
        router.route().order(ORDER).handler(BodyLimit::limit);
    }

    private static void limit(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && STREAMS.contains(withoutParameters(type))) {
            context.next();
            return;
        }
        if (isTooLarge(context.request().getHeader(HttpHeaders.CONTENT_LENGTH))) {
            if (context.request().version() != HttpVersion.HTTP_2) {
                // Otherwise the rest of the body would be read as the next request.
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
            }
            context.response()
                    .setStatusCode(413)
                    .putHeader(HttpHeaders.CONTENT_TYPE, HttpProblem.MEDIA_TYPE.toString())
                    .end(JsonObject.of(
                                    "status",
                                    413,
                                    "title",
                                    "Too large",
                                    "detail",
                                    "expected at most " + MOST + " bytes, or one of " + STREAMS)
                            .encode());
            return;
        }
        // For a body whose length is not told: whoever reads it counts.
        context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, MOST);
        context.next();
    }

    /** A resource that reads something else must not be reached by a type that only begins alike. */
    private static String withoutParameters(String type) {
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isTooLarge(@Nullable String length) {
        return length != null && Long.parseLong(length) > MOST;
    }
}
