package dev.winnow.curation.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How fast a job gets on, from what it has reported in the last {@value #WINDOW} seconds: stages differ in speed, so the
 * whole past would tell less. An attempt that begins anew begins here anew as well.
 */
final class Pace {

    /** Seconds that are looked back. */
    static final double WINDOW = 30;

    /** Seconds that have to be known before anything is said. */
    static final double LEAST = 2;

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(double seconds, double fraction) {}

    /**
     * What can be said of the rest.
     *
     * @param perSecond fraction of the whole a second; null while unknown
     * @param remaining seconds to the end at that pace; null while unknown
     */
    record Estimate(@Nullable Double perSecond, @Nullable Double remaining) {

        static final Estimate UNKNOWN = new Estimate(null, null);
    }

    /**
     * Takes note of how far the job is.
     *
     * @param seconds since the job began; never less than before
     * @param fraction of the whole, 0 to 1
     */
    Estimate note(double seconds, double fraction) {
        if (!samples.isEmpty() && fraction < samples.getLast().fraction) {
            samples.clear();
        }
        samples.add(new Sample(seconds, fraction));
        // The oldest one kept is the last before the window, so that the window is spanned.
        while (samples.size() > 2 && seconds - second().seconds >= WINDOW) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        double time = seconds - oldest.seconds;
        double way = fraction - oldest.fraction;
        if (time < LEAST || way <= 0) {
            return Estimate.UNKNOWN;
        }
        double perSecond = way / time;
        return new Estimate(perSecond, (1 - fraction) / perSecond);
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }
}
