package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the candidate of the largest weighted gain, over and over, within limits. Lazy (Minoux, "Accelerated greedy
 * algorithms for maximizing submodular set functions", 1978): gains only fall, so one computed earlier is an upper bound, and
 * a candidate whose gain is up to date and at least all upper bounds is the best. What is chosen is what computing all gains
 * each time would choose. Of equal gains the candidate that comes first in the given order is taken.
 */
final class LazyGreedy {

    private static final int REPORT_EVERY = 1_024;

    private final List<Weighted> objectives;
    private final Limits limits;
    private final Spacing spacing;
    private final int[] order;
    private final double[] gain;
    private final int[] asOf;
    private final int[] heap;
    private int waiting;
    private final int[] count;
    private int unmet;
    private final double[] contributed;
    private final List<Integer> chosen = new ArrayList<>();
    private int tooNear;

    /** An objective and how much it counts. */
    record Weighted(Objective objective, double weight) {}

    /** Whether a candidate is far enough from what is chosen; one that is not never will be. */
    @FunctionalInterface
    interface Spacing {
        boolean permits(int candidate);
    }

    /**
     * What was chosen.
     *
     * @param candidates in the order they were chosen
     * @param tooNear how many were passed over because they are too near to a chosen one
     * @param contributed of each objective: the sum of its weighted gains
     */
    record Choice(List<Integer> candidates, int tooNear, double[] contributed) {}

    /**
     * @param order of each candidate: its place where gains are equal
     * @param limits least numbers that can be met
     */
    LazyGreedy(List<Weighted> objectives, Limits limits, Spacing spacing, int[] order) {
        this.objectives = objectives;
        this.limits = limits;
        this.spacing = spacing;
        this.order = order;
        this.gain = new double[order.length];
        this.asOf = new int[order.length];
        this.heap = new int[order.length];
        this.count = new int[limits.least().length];
        this.unmet = Arrays.stream(limits.least()).sum();
        this.contributed = new double[objectives.size()];
    }

    /** Chooses {@code n}, or as many as the limits and the spacing permit. */
    Choice choose(int n, Progress progress) {
        for (int candidate = 0; candidate < order.length; candidate++) {
            gain[candidate] = gain(candidate);
            heap[candidate] = candidate;
        }
        waiting = order.length;
        for (int at = waiting / 2 - 1; at >= 0; at--) {
            sink(at);
        }
        List<Integer> kept = new ArrayList<>();
        for (long look = 0; chosen.size() < n; look++) {
            if (look % REPORT_EVERY == 0) {
                progress.at("selecting", (double) chosen.size() / n);
            }
            if (waiting == 0) {
                if (kept.isEmpty()) {
                    break;
                }
                // Those that should fill the least numbers are too near to others: they make room.
                unmet = 0;
                kept.forEach(this::add);
                kept.clear();
                continue;
            }
            int best = heap[0];
            int group = limits.group()[best];
            if (count[group] >= limits.most()[group]) {
                remove();
            } else if (count[group] >= limits.least()[group] && n - chosen.size() <= unmet) {
                // What is left of the budget belongs to other groups.
                kept.add(best);
                remove();
            } else if (asOf[best] < chosen.size()) {
                gain[best] = gain(best);
                asOf[best] = chosen.size();
                sink(0);
            } else if (spacing.permits(best)) {
                take(best, group);
            } else {
                tooNear++;
                remove();
            }
        }
        return new Choice(chosen, tooNear, contributed);
    }

    private double gain(int candidate) {
        double sum = 0;
        for (Weighted weighted : objectives) {
            sum += weighted.weight * weighted.objective.gain(candidate);
        }
        return sum;
    }

    private void take(int candidate, int group) {
        remove();
        for (int i = 0; i < contributed.length; i++) {
            Weighted weighted = objectives.get(i);
            contributed[i] += weighted.weight * weighted.objective.gain(candidate);
        }
        objectives.forEach(weighted -> weighted.objective.choose(candidate));
        unmet -= count[group] < limits.least()[group] ? 1 : 0;
        count[group]++;
        chosen.add(candidate);
    }

    private boolean before(int one, int other) {
        return gain[one] > gain[other] || (gain[one] == gain[other] && order[one] < order[other]);
    }

    private void add(int candidate) {
        int at = waiting++;
        while (at > 0 && before(candidate, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = candidate;
    }

    private void remove() {
        heap[0] = heap[--waiting];
        sink(0);
    }

    private void sink(int from) {
        int at = from;
        int candidate = heap[at];
        for (int child = 2 * at + 1; child < waiting; child = 2 * at + 1) {
            if (child + 1 < waiting && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], candidate)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = candidate;
    }
}
