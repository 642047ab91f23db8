package dev.winnow.curation.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.DoubleConsumer;

/**
 * Minimises a smooth function without its second derivatives: L-BFGS (Liu and Nocedal, "On the Limited Memory BFGS Method for
 * Large Scale Optimization", 1989) with a line search by bisection for the weak Wolfe conditions (Lewis and Overton,
 * "Nonsmooth Optimization via Quasi-Newton Methods", 2013).
 */
public final class LimitedMemoryBfgs {

    private static final int MEMORY = 10;
    private static final double SUFFICIENT = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int MOST_STEPS = 40;

    private LimitedMemoryBfgs() {}

    /** A function and its gradient. */
    @FunctionalInterface
    public interface Function {
        /** The value at {@code x}; {@code gradient} is overwritten. */
        double at(double[] x, double[] gradient);
    }

    /**
     * When it is good enough.
     *
     * @param gradient the largest component of the gradient is at most that
     * @param decrease an iteration lowered the value by no more than this share of it
     * @param iterations so many were made
     */
    public record Until(double gradient, double decrease, int iterations) {}

    /** @param converged whether it ended for another reason than the number of iterations */
    @SuppressWarnings("ArrayRecordComponent")
    public record Minimum(double[] x, double value, int iterations, boolean converged) {}

    private record Pair(double[] step, double[] change, double inverse) {}

    /** @param watcher is told the share of iterations made, after each */
    public static Minimum minimise(Function function, double[] start, Until until, DoubleConsumer watcher) {
        int n = start.length;
        double[] x = start.clone();
        double[] gradient = new double[n];
        double value = function.at(x, gradient);
        double[] nextX = new double[n];
        double[] nextGradient = new double[n];
        Deque<Pair> pairs = new ArrayDeque<>();
        for (int iteration = 0; iteration < until.iterations; iteration++) {
            watcher.accept((double) iteration / until.iterations);
            if (largest(gradient) <= until.gradient) {
                return new Minimum(x, value, iteration, true);
            }
            double[] direction = direction(gradient, pairs);
            double slope = dot(direction, gradient);
            double step = pairs.isEmpty() ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
            double low = 0;
            double high = Double.POSITIVE_INFINITY;
            double nextValue = value;
            boolean found = false;
            for (int tries = 0; tries < MOST_STEPS && !found; tries++) {
                for (int i = 0; i < n; i++) {
                    nextX[i] = x[i] + step * direction[i];
                }
                nextValue = function.at(nextX, nextGradient);
                if (!(nextValue <= value + SUFFICIENT * step * slope)) {
                    high = step;
                } else if (dot(direction, nextGradient) < CURVATURE * slope) {
                    low = step;
                } else {
                    found = true;
                }
                if (!found) {
                    step = Double.isInfinite(high) ? 2 * low : (low + high) / 2;
                }
            }
            if (!found) {
                // Below the rounding of the function nothing is to be had.
                return new Minimum(x, value, iteration, true);
            }
            remember(pairs, x, nextX, gradient, nextGradient);
            double decrease = (value - nextValue) / Math.max(Math.abs(value), Double.MIN_NORMAL);
            double[] swap = x;
            x = nextX;
            nextX = swap;
            swap = gradient;
            gradient = nextGradient;
            nextGradient = swap;
            value = nextValue;
            if (decrease <= until.decrease) {
                return new Minimum(x, value, iteration + 1, true);
            }
        }
        return new Minimum(x, value, until.iterations, false);
    }

    private static void remember(
            Deque<Pair> pairs, double[] x, double[] nextX, double[] gradient, double[] nextGradient) {
        double[] step = new double[x.length];
        double[] change = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            step[i] = nextX[i] - x[i];
            change[i] = nextGradient[i] - gradient[i];
        }
        double product = dot(step, change);
        if (product > 0) {
            if (pairs.size() == MEMORY) {
                pairs.removeFirst();
            }
            pairs.addLast(new Pair(step, change, 1 / product));
        }
    }

    /** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
    private static double[] direction(double[] gradient, Deque<Pair> pairs) {
        double[] q = gradient.clone();
        double[] weights = new double[pairs.size()];
        int at = pairs.size();
        for (Iterator<Pair> back = pairs.descendingIterator(); back.hasNext(); ) {
            Pair pair = back.next();
            weights[--at] = pair.inverse * dot(pair.step, q);
            add(q, -weights[at], pair.change);
        }
        if (!pairs.isEmpty()) {
            Pair last = pairs.getLast();
            scale(q, 1 / (last.inverse * dot(last.change, last.change)));
        }
        for (Pair pair : pairs) {
            add(q, weights[at++] - pair.inverse * dot(pair.change, q), pair.step);
        }
        scale(q, -1);
        return q;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }

    private static void scale(double[] what, double factor) {
        for (int i = 0; i < what.length; i++) {
            what[i] *= factor;
        }
    }

    private static double largest(double[] of) {
        double most = 0;
        for (double x : of) {
            most = Math.max(most, Math.abs(x));
        }
        return most;
    }
}
