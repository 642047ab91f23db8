package dev.winnow.embedding.image;

import java.util.concurrent.Semaphore;

/**
 * Bounds how many bytes of one sort are held at a time: whoever wants more waits until others are done. A single claim
 * above the whole budget gets all of it, so it waits until it is alone, and then goes ahead.
 */
public final class MemoryBudget {

    private static final int UNIT = 1024;

    private final int units;
    private final Semaphore free;

    /** A budget of {@code bytes}, at least 1,024. */
    public MemoryBudget(long bytes) {
        if (bytes < UNIT) {
            throw new IllegalArgumentException("expected at least " + UNIT + " bytes, got " + bytes);
        }
        this.units = (int) Math.min(bytes / UNIT, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
    }

    /**
     * Waits for {@code bytes} of the budget. Close the share to give them back.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public Share take(long bytes) throws InterruptedException {
        int claim = (int) Math.min(bytes / UNIT + 1, units);
        free.acquire(claim);
        return () -> free.release(claim);
    }

    /** A part of the budget that is in use. */
    @FunctionalInterface
    public interface Share extends AutoCloseable {
        @Override
        void close();
    }
}
