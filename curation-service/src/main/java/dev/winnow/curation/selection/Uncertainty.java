package dev.winnow.curation.selection;

import java.util.Arrays;

/** How unsure a model is of a candidate (Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers", 1994). */
final class Uncertainty implements Objective {

    private final double[] scores;
    private final double unit;

    /** @param scores of each candidate, 0 and up */
    Uncertainty(double[] scores) {
        this.scores = scores;
        this.unit = Arrays.stream(scores).max().orElse(0);
    }

    @Override
    public String name() {
        return "uncertainty";
    }

    @Override
    public double gain(int candidate) {
        return unit == 0 ? 0 : scores[candidate] / unit;
    }

    @Override
    public void choose(int candidate) {
        // What is unsure does not become surer until somebody looks at it.
    }
}
