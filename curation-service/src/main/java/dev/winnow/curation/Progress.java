package dev.winnow.curation;

import java.util.concurrent.CancellationException;

/** How long work tells how far it is, and learns that nobody wants it any more. */
@FunctionalInterface
public interface Progress {

    /** Work nobody watches. */
    Progress NONE = (stage, fraction) -> {};

    /**
     * Reports progress. Called often: at least several times a second.
     *
     * @param stage what is being done, for a person
     * @param fraction how much of the whole is done, 0 to 1
     * @throws CancellationException if the work shall stop; the caller lets it pass
     */
    void at(String stage, double fraction);

    /** Progress of a part of the work, whose 0 to 1 is {@code from} to {@code to} of the whole. */
    default Progress part(double from, double to) {
        return (stage, fraction) -> at(stage, from + (to - from) * fraction);
    }
}
