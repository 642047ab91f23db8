package dev.winnow.embedding;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Does what has to be done until it works: waits longer after each failure, says so once when it begins and once when it
 * is over, and gives up only when the service stops. While anything waits, the service is not ready.
 */
@ApplicationScoped
public class Backoff {

    private static final Logger LOG = Logger.getLogger(Backoff.class);

    private final Duration first;
    private final Duration longest;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Map<String, String> waiting = new ConcurrentHashMap<>();

    @Inject
    Backoff(WinnowConfig config) {
        this(config.retry().first(), config.retry().longest());
    }

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Work that can fail for a while. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws InterruptedException;
    }

    /**
     * Repeats {@code attempt} until it returns.
     *
     * @param what it is, for the log and the readiness check
     * @throws CancellationException if the service stops first; the work is not done then
     */
    public void untilDone(String what, Attempt attempt) {
        Duration pause = first;
        while (true) {
            try {
                attempt.run();
                if (waiting.remove(what) != null) {
                    LOG.infof("%s works again", what);
                }
                return;
            } catch (RuntimeException e) {
                String problem = String.valueOf(e.getMessage());
                if (waiting.put(what, problem) == null) {
                    LOG.warnf(e, "%s does not work, trying until it does", what);
                } else {
                    LOG.debugf("%s still does not work: %s", what, problem);
                }
                await(what, pause);
            } catch (InterruptedException e) {
                throw stopped(what);
            }
            pause = pause.multipliedBy(2).compareTo(longest) > 0 ? longest : pause.multipliedBy(2);
        }
    }

    /** What is waited for at the moment, with the latest problem. */
    public Map<String, String> waiting() {
        return Map.copyOf(waiting);
    }

    void onShutdown(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void await(String what, Duration pause) {
        try {
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                waiting.remove(what);
                throw new CancellationException(what + ": the service stops");
            }
        } catch (InterruptedException e) {
            throw stopped(what);
        }
    }

    private CancellationException stopped(String what) {
        Thread.currentThread().interrupt();
        waiting.remove(what);
        return new CancellationException(what + ": interrupted");
    }
}
