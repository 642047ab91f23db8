package dev.winnow.ingest;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Shares a fixed amount of heap among the bodies of all requests. A body asks for all it may need before its first byte is
 * read, so that no two half-read bodies wait for each other, and the queue is fair, so that large ones get their turn.
 */
public final class BodyBudget {

    private final int capacity;
    private final Duration patience;
    private final Semaphore free;

    /**
     * @param bytes what all bodies together may hold; less than 2 GiB
     * @param patience how long a body waits for its share
     */
    public BodyBudget(long bytes, Duration patience) {
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected 1 to " + Integer.MAX_VALUE + " bytes, got " + bytes);
        }
        this.capacity = (int) bytes;
        this.patience = patience;
        this.free = new Semaphore(capacity, true);
    }

    /**
     * Waits for room for {@code bytes}; what exceeds the whole budget is let in alone.
     *
     * @throws UnavailableException if there was none in time
     */
    public Lease acquire(long bytes) {
        int share = (int) Math.clamp(bytes, 0, (long) capacity);
        try {
            if (!free.tryAcquire(share, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new UnavailableException("too many uploads at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("shutting down", e);
        }
        return new Lease(share);
    }

    int freeBytes() {
        return free.availablePermits();
    }

    /** A share of the budget, held by one thread at a time. */
    public final class Lease implements AutoCloseable {

        private int share;

        private Lease(int share) {
            this.share = share;
        }

        /** Gives back what turned out not to be needed. */
        public void shrinkTo(long bytes) {
            if (bytes < share) {
                free.release(share - (int) bytes);
                share = (int) bytes;
            }
        }

        @Override
        public void close() {
            shrinkTo(0);
        }
    }
}
