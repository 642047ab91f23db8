package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads from a connection, and breaks it when nothing has come for too long. */
final class StallWatch implements AutoCloseable {

    private final InputStream body;
    private final Duration limit;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stall-watch").factory());
    private volatile long lastByte = System.nanoTime();
    private volatile boolean stalled;

    private StallWatch(InputStream body, Duration limit) {
        this.body = body;
        this.limit = limit;
    }

    static StallWatch over(InputStream body, Duration limit) {
        StallWatch watch = new StallWatch(body, limit);
        long period = Math.max(1, limit.toMillis() / 10);
        var unused = watch.clock.scheduleAtFixedRate(watch::look, period, period, TimeUnit.MILLISECONDS);
        return watch;
    }

    /** As {@link InputStream#read(byte[])}; fails once the connection was broken. */
    int read(byte[] buffer) throws IOException {
        int read = body.read(buffer);
        lastByte = System.nanoTime();
        if (stalled) {
            throw new IOException("nothing came for " + limit.toSeconds() + " s");
        }
        return read;
    }

    private void look() {
        if (System.nanoTime() - lastByte > limit.toNanos()) {
            stalled = true;
            try {
                body.close();
            } catch (IOException e) {
                // It is of no use any more either way.
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
