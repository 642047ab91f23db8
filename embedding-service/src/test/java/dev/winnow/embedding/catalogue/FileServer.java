package dev.winnow.embedding.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of one file that misbehaves as told. */
final class FileServer implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    final List<String> ranges = new CopyOnWriteArrayList<>();
    volatile byte[] content;
    volatile String etag = "\"1\"";
    volatile boolean knowsRanges = true;
    volatile boolean tellsLength = true;
    /** Added to the first byte of each range that is answered. */
    volatile int rangeShift;
    /** Bytes after which each of the next {@link #cuts} answers breaks off. */
    volatile int cutAfter;

    final AtomicInteger cuts = new AtomicInteger();
    final AtomicInteger stalls = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();
    volatile int refusalStatus = 503;

    FileServer(byte[] content) throws IOException {
        this.content = content.clone();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.createContext("/moved/", exchange -> {
            exchange.getResponseHeaders().set("Location", "/file.bin");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(range == null ? "all" : range);
        if (refusals.get() > 0) {
            refusals.decrementAndGet();
            exchange.sendResponseHeaders(refusalStatus, -1);
            exchange.close();
            return;
        }
        byte[] all = content;
        int from = 0;
        int status = 200;
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        Matcher wanted = RANGE.matcher(range == null ? "" : range);
        if (knowsRanges && wanted.matches() && (ifRange == null || ifRange.equals(etag))) {
            from = Integer.parseInt(wanted.group(1)) + rangeShift;
            if (from >= all.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + all.length);
                exchange.sendResponseHeaders(416, -1);
                exchange.close();
                return;
            }
            status = 206;
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        exchange.getResponseHeaders().set("ETag", etag);
        int length = all.length - from;
        exchange.sendResponseHeaders(status, tellsLength ? length : 0);
        OutputStream body = exchange.getResponseBody();
        if (cuts.get() > 0 || stalls.get() > 0) {
            body.write(all, from, Math.min(cutAfter, length));
            body.flush();
            if (stalls.get() > 0) {
                stalls.decrementAndGet();
                await();
            } else {
                cuts.decrementAndGet();
            }
            // Without the rest of the announced length the server breaks the connection.
            exchange.close();
            return;
        }
        body.write(all, from, length);
        exchange.close();
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException("stopped", e));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
