package dev.winnow.embedding;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Lets the batches in work finish when the service stops, and none begin. What waits for a broken dependency has given up
 * before ({@link Backoff}); it is done by whoever comes next.
 */
@ApplicationScoped
public class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /** With the requests before and the consumer's leave after, 75 s at most. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Attempts attempts;
    private final Duration longest;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int inWork;
    private volatile boolean stopping;

    @Inject
    Drain(Attempts attempts) {
        this(attempts, LONGEST);
    }

    Drain(Attempts attempts, Duration longest) {
        this.attempts = attempts;
        this.longest = longest;
    }

    /** Whether the service stops. */
    public boolean isStopping() {
        return stopping;
    }

    /** Asks to begin something. @return false if the service stops: then it must not begin */
    public boolean begin() {
        lock.lock();
        try {
            if (stopping) {
                return false;
            }
            inWork++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Says that something that had begun is over, however it went. */
    public void end() {
        lock.lock();
        try {
            inWork--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void onShutdown(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent event) {
        lock.lock();
        try {
            stopping = true;
            long left = longest.toNanos();
            while (inWork > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            if (inWork > 0) {
                LOG.warnf("%d batches were not done after %d s; they are done again", inWork, longest.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        attempts.abandon();
    }
}
