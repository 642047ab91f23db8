package dev.winnow.embedding.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do the same work at the same time, timed. */
final class Callers {

    private Callers() {}

    /** One piece of work. */
    @FunctionalInterface
    interface Work {
        /**
         * @param caller which of the threads it is, from 0
         * @param number which piece it is, from 0; no two callers have the same
         */
        void run(int caller, int number) throws Exception;
    }

    private interface Share {
        double run(int caller) throws Exception;
    }

    /** Does the pieces 0 to {@code count − 1} once each. */
    static void each(int callers, int count, Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        together(callers, caller -> {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                work.run(caller, number);
            }
            return 0;
        });
    }

    /**
     * Does pieces one after another until the time is over and {@code least} have been begun. Every caller is measured
     * over its own time, so that one that has just begun a long piece does not count as idle.
     *
     * @return pieces a second
     */
    static double rate(int callers, Duration time, int least, Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long begun = System.nanoTime();
        return together(callers, caller -> {
            int done = 0;
            do {
                work.run(caller, next.getAndIncrement());
                done++;
            } while (System.nanoTime() - begun < time.toNanos() || next.get() < least);
            return done / seconds(begun);
        });
    }

    /** Since {@code begun}, a value of {@link System#nanoTime}. */
    static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double together(int callers, Share share) throws InterruptedException {
        List<Future<Double>> shares = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
            for (int i = 0; i < callers; i++) {
                int caller = i;
                shares.add(pool.submit(() -> share.run(caller)));
            }
        }
        double sum = 0;
        for (Future<Double> each : shares) {
            try {
                sum += each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the measured work failed: " + e.getCause(), e.getCause());
            }
        }
        return sum;
    }
}
