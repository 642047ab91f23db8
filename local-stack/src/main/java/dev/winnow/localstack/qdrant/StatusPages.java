package dev.winnow.localstack.qdrant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The few pages of Qdrant's HTTP port that probes and people look at; the API itself is gRPC only. */
final class StatusPages implements AutoCloseable {

    private static final Map<String, String> PAGES = Map.of(
            "/",
                    "{\"title\":\"" + HealthServices.TITLE + "\",\"version\":\"" + HealthServices.VERSION
                            + "\",\"commit\":\"winnow-local-stack\"}",
            "/healthz", "healthz check passed",
            "/livez", "healthz check passed",
            "/readyz", "all shards are ready");

    private final HttpServer server;

    private StatusPages(HttpServer server) {
        this.server = server;
    }

    static StatusPages start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", StatusPages::answer);
        server.start();
        return new StatusPages(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String page = PAGES.get(exchange.getRequestURI().getPath());
            byte[] body = (page == null ? "the local stack's Qdrant speaks gRPC only" : page)
                    .getBytes(StandardCharsets.UTF_8);
            boolean json = page != null && page.startsWith("{");
            exchange.getResponseHeaders().set("Content-Type", json ? "application/json" : "text/plain");
            exchange.sendResponseHeaders(page == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
