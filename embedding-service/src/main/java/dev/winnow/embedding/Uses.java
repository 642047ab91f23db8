package dev.winnow.embedding;

/** Counts who is at work with something, so that it is closed when the last one has finished and not under anyone's hands. */
final class Uses {

    private final Runnable close;
    private int users = 1;

    /** @param close run once, after {@link #end} was called by its owner and by everyone who began a use */
    Uses(Runnable close) {
        this.close = close;
    }

    /** Begins a use; false if it is closed. */
    synchronized boolean begin() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** Ends a use; the owner ends its own when there are to be no more. */
    void end() {
        boolean last;
        synchronized (this) {
            last = --users == 0;
        }
        if (last) {
            close.run();
        }
    }
}
