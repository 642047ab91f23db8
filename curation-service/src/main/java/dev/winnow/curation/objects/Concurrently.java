package dev.winnow.curation.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Many small requests to the bucket at the same time. */
public final class Concurrently {

    private static final int AT_A_TIME = 16;

    private Concurrently() {}

    /**
     * The results, in the order of the items.
     *
     * @throws RuntimeException the first that any of the work has thrown
     */
    public static <T, R> List<R> map(List<T> items, Function<T, R> work) {
        Semaphore slots = new Semaphore(AT_A_TIME);
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<R>> running = items.stream()
                    .map(item -> tasks.submit(() -> {
                        slots.acquire();
                        try {
                            return work.apply(item);
                        } finally {
                            slots.release();
                        }
                    }))
                    .toList();
            try {
                List<R> results = new ArrayList<>(items.size());
                for (Future<R> result : running) {
                    results.add(result.get());
                }
                return results;
            } finally {
                tasks.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
