package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Arrays;

/**
 * How far a candidate is from what is chosen: choosing the farthest, over and over, is k-center greedy (Gonzalez, 1985;
 * Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach", 2018), whose radius is at
 * most twice the least possible one.
 *
 * <p>The distance to the chosen ones is brought up to date only when somebody asks, since until then it is an upper bound:
 * whoever is well covered is never compared with those chosen later.
 */
final class Coverage implements Objective {

    private final Vectors vectors;
    /** Of each candidate: the distance to the nearest of the first {@code seen} chosen. */
    private final double[] distance;

    private final int[] seen;
    private final int[] chosen;
    private int size;
    private boolean covered;
    private double unit;

    /** @param most how many are chosen at most */
    Coverage(Neighbours neighbours, Candidates candidates, Vectors own, int most, Progress progress) {
        this.vectors = own;
        this.distance = new double[own.size()];
        this.seen = new int[own.size()];
        this.chosen = new int[most];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        if (candidates.initial().length > 0) {
            Neighbours.Nearest nearest =
                    neighbours.nearest(own, candidates.vectors().select(candidates.initial()), 1, progress);
            for (int candidate = 0; candidate < distance.length; candidate++) {
                distance[candidate] = Math.max(0, 1 - nearest.similarity(candidate, 0));
            }
            measure();
        }
    }

    @Override
    public String name() {
        return "coverage";
    }

    /** Of nothing chosen all candidates are equally far. */
    @Override
    public double gain(int candidate) {
        if (!covered) {
            return 1;
        }
        return unit == 0 ? 0 : distance(candidate) / unit;
    }

    /** The cosine distance to the nearest chosen one; infinite while there is none. */
    double distance(int candidate) {
        for (int i = seen[candidate]; i < size; i++) {
            distance[candidate] =
                    Math.min(distance[candidate], Math.max(0, 1 - vectors.similarity(candidate, chosen[i])));
        }
        seen[candidate] = size;
        return distance[candidate];
    }

    @Override
    public void choose(int candidate) {
        chosen[size++] = candidate;
        if (!covered) {
            for (int other = 0; other < distance.length; other++) {
                distance(other);
            }
            measure();
        }
    }

    private void measure() {
        covered = true;
        unit = Arrays.stream(distance).max().orElse(0);
    }
}
