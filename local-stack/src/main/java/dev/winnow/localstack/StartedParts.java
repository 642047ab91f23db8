package dev.winnow.localstack;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a server has started so far. */
public final class StartedParts {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part, to be stopped with the others. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /**
     * Stops the parts, the last started first; one that fails, and an interruption, do not keep the others running.
     *
     * @throws Exception the first failure, with the others as its suppressed ones
     */
    public void stop() throws Exception {
        @Nullable Exception failure = null;
        boolean interrupted = Thread.interrupted();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
