package dev.winnow.embedding;

import java.util.Comparator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that compute, for work in bulk as many as there are cores: decoding and forward passes take turns on them, so
 * that no core is idle while there is anything to do, and none is fought for. They are platform threads, since native code
 * would pin the carrier of a virtual one.
 *
 * <p>Work that someone waits for ({@link #urgently}) has threads of its own and starts at once; until it is done, bulk threads
 * begin nothing new. They run at the lowest priority too, where the operating system goes by it.
 */
final class ComputePool implements AutoCloseable {

    /** Urgent work that never ends must not stop the rest. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Which of the bulk work that waits goes first; of equals, what came first. */
    enum Rank {
        /** A forward pass over a full batch: it gives memory back. */
        FORWARD,
        DECODE,
        /** What is only worth doing if nothing else is left. */
        LEFT_OVER
    }

    private final ThreadPoolExecutor bulk;
    private final ExecutorService urgent;
    private final AtomicLong sequence = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();
    private int urgentCount;

    // Nothing relies on it: where priorities do nothing, queries are answered somewhat later.
    @SuppressWarnings("ThreadPriorityCheck")
    ComputePool(int threads) {
        this.bulk = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(64, Comparator.comparing(Ranked.class::cast)),
                Thread.ofPlatform()
                        .name("bulk-", 0)
                        .daemon()
                        .priority(Thread.MIN_PRIORITY)
                        .factory());
        this.urgent = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("query-", 0).daemon().factory());
    }

    private record Ranked(Rank rank, long number, Runnable work) implements Runnable, Comparable<Ranked> {

        @Override
        public void run() {
            work.run();
        }

        @Override
        public int compareTo(Ranked other) {
            int byRank = rank.compareTo(other.rank);
            return byRank != 0 ? byRank : Long.compare(number, other.number);
        }
    }

    /** Does {@code work} when its turn has come. It must not throw. */
    void execute(Rank rank, Runnable work) {
        bulk.execute(new Ranked(rank, sequence.getAndIncrement(), () -> {
            awaitQuiet();
            work.run();
        }));
    }

    /**
     * Does a forward pass that waits, if there is one, on the calling thread. For bulk work in the middle of which many
     * pictures are made: the batches they fill would pile up otherwise.
     */
    void helpOut() {
        BlockingQueue<Runnable> waiting = bulk.getQueue();
        if (waiting.peek() instanceof Ranked first && first.rank == Rank.FORWARD && waiting.remove(first)) {
            first.run();
        }
    }

    /**
     * Does {@code work} now, and returns what it gives.
     *
     * @throws InterruptedException if interrupted while waiting for it
     * @throws ExecutionException with what it threw
     */
    <T> T urgently(Callable<T> work) throws InterruptedException, ExecutionException {
        count(1);
        try {
            Future<T> result = urgent.submit(work);
            try {
                return result.get();
            } catch (InterruptedException e) {
                result.cancel(true);
                throw e;
            }
        } finally {
            count(-1);
        }
    }

    private void count(int change) {
        lock.lock();
        try {
            urgentCount += change;
            if (urgentCount == 0) {
                quiet.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitQuiet() {
        lock.lock();
        try {
            long left = LONGEST_PAUSE_NANOS;
            while (urgentCount > 0 && left > 0) {
                left = quiet.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // The pool is being closed: what has begun is finished.
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        bulk.shutdownNow();
        urgent.shutdownNow();
    }
}
