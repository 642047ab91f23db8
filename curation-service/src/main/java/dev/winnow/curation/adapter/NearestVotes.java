package dev.winnow.curation.adapter;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the k nearest labelled images know an image's class (Cover and Hart, "Nearest Neighbor Pattern Classification",
 * 1967): each votes with its cosine similarity, where that is above 0; of classes with as many votes that of the nearest wins. Only
 * images count of whose class there is another one among those that vote.
 *
 * @param figures by who votes and k
 * @param score of each image: the mean over the figures that it counts in; not a number where it counts in none
 */
@SuppressWarnings("ArrayRecordComponent")
record NearestVotes(List<Figure> figures, double[] score) {

    static final int[] K = {1, 5, 10};

    /** Who votes: the images that were trained on, or the other held-out ones. */
    enum Voters {
        TRAINED,
        HELD_OUT
    }

    /**
     * An accuracy.
     *
     * @param images that count
     * @param right of each held-out image, whether it is known; only of those that count
     */
    record Figure(Voters voters, int k, int images, double accuracy, boolean[] right, boolean[] counts) {}

    /** The figures of held-out images under some vectors. */
    static NearestVotes of(Neighbours neighbours, Examples trained, Examples heldOut, Progress progress) {
        int most = K[K.length - 1];
        Nearest among = neighbours.nearest(heldOut.vectors(), trained.vectors(), most, progress);
        Nearest others = neighbours.join(heldOut.vectors(), most, progress);
        List<Figure> figures = new ArrayList<>();
        int[] trainedSupport = trained.support();
        int[] heldOutSupport = heldOut.support();
        boolean[] byTrained = new boolean[heldOut.size()];
        boolean[] byHeldOut = new boolean[heldOut.size()];
        for (int i = 0; i < heldOut.size(); i++) {
            byTrained[i] = trainedSupport[heldOut.given()[i]] > 0;
            byHeldOut[i] = heldOutSupport[heldOut.given()[i]] > 1;
        }
        for (int k : K) {
            figures.add(figure(Voters.TRAINED, k, among, trained.given(), heldOut, byTrained));
        }
        for (int k : K) {
            figures.add(figure(Voters.HELD_OUT, k, others, heldOut.given(), heldOut, byHeldOut));
        }
        double[] score = new double[heldOut.size()];
        for (int i = 0; i < score.length; i++) {
            int place = i;
            score[i] = figures.stream()
                    .filter(figure -> figure.counts[place])
                    .mapToDouble(figure -> figure.right[place] ? 1 : 0)
                    .average()
                    .orElse(Double.NaN);
        }
        return new NearestVotes(figures, score);
    }

    private static Figure figure(
            Voters voters, int k, Nearest nearest, int[] classOf, Examples heldOut, boolean[] counts) {
        boolean[] right = new boolean[heldOut.size()];
        int images = 0;
        int hits = 0;
        for (int i = 0; i < right.length; i++) {
            if (counts[i]) {
                images++;
                right[i] = winner(nearest, i, k, classOf) == heldOut.given()[i];
                hits += right[i] ? 1 : 0;
            }
        }
        return new Figure(voters, k, images, images == 0 ? 0 : (double) hits / images, right, counts);
    }

    /** The class with the most votes; −1 where nobody votes. */
    private static int winner(Nearest nearest, int query, int k, int[] classOf) {
        int depth = Math.min(k, nearest.k());
        int winner = -1;
        double most = 0;
        for (int rank = 0; rank < depth; rank++) {
            int candidate = classOf[nearest.row(query, rank)];
            double votes = 0;
            for (int other = 0; other < depth; other++) {
                if (classOf[nearest.row(query, other)] == candidate) {
                    votes += Math.max(0, nearest.similarity(query, other));
                }
            }
            // The nearer one is asked first, so it stays where another has no more.
            if (votes > most) {
                most = votes;
                winner = candidate;
            }
        }
        return winner;
    }

    /** The mean score of the images that count. */
    double mean() {
        double sum = 0;
        int count = 0;
        for (double value : score) {
            if (!Double.isNaN(value)) {
                sum += value;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /**
     * By how much the scores of the same images rise to others.
     *
     * @param mean −1 to 1
     * @param low of the interval that holds the true mean with a confidence of 95 % (normal approximation over the images'
     *     differences)
     * @param high likewise
     */
    record Gain(double mean, double low, double high) {}

    Gain gainTo(NearestVotes after) {
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int i = 0; i < score.length; i++) {
            double difference = after.score[i] - score[i];
            if (!Double.isNaN(difference)) {
                sum += difference;
                squares += difference * difference;
                count++;
            }
        }
        if (count < 2) {
            return new Gain(count == 0 ? 0 : sum, -1, 1);
        }
        double mean = sum / count;
        double variance = Math.max(0, (squares - count * mean * mean) / (count - 1));
        double half = 1.959963984540054 * Math.sqrt(variance / count);
        return new Gain(mean, Math.max(-1, mean - half), Math.min(1, mean + half));
    }
}
