package dev.winnow.curation.balance;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import dev.winnow.curation.vectors.Vectors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the labelled neighbours of images say of their classes: the share of a class among the k nearest labelled images, each
 * of them weighted by (d(k) − d) / (d(k) − d(1)), so from 1 for the nearest to 0 for the k-th (Dudani, "The Distance-Weighted
 * k-Nearest-Neighbor Rule", 1976); by 1 where all are equally far, or where there are fewer than three. An image with several
 * labels votes for each of them. Exact, without a seed; cost O(unlabelled · labelled · d).
 */
public final class NeighbourVotes {

    private final List<List<String>> labels;
    private final Nearest nearest;

    /**
     * @param labels of each row of {@code labelled}, one or more each
     * @param k how many neighbours vote; cut to how many are labelled
     */
    public NeighbourVotes(
            Neighbours neighbours,
            Vectors images,
            Vectors labelled,
            List<List<String>> labels,
            int k,
            Progress progress) {
        this(labels, neighbours.nearest(images, labelled, k, progress));
    }

    /** @param nearest the labelled rows that vote, those of each image the nearest first */
    public NeighbourVotes(List<List<String>> labels, Nearest nearest) {
        this.labels = labels;
        this.nearest = nearest;
    }

    /** How many neighbours vote. */
    public int k() {
        return nearest.k();
    }

    /** The classes of an image's neighbours, by name, with their share of the vote, above 0 to 1. */
    public Map<String, Double> of(int image) {
        Map<String, Double> votes = new TreeMap<>();
        double all = 0;
        for (int rank = 0; rank < nearest.k(); rank++) {
            double weight = weight(image, rank);
            all += weight;
            for (String label : labels.get(nearest.row(image, rank))) {
                votes.merge(label, weight, Double::sum);
            }
        }
        double sum = all;
        votes.values().removeIf(vote -> vote == 0);
        votes.replaceAll((label, vote) -> vote / sum);
        return votes;
    }

    private double weight(int image, int rank) {
        double first = nearest.similarity(image, 0);
        double last = nearest.similarity(image, nearest.k() - 1);
        return nearest.k() < 3 || first <= last ? 1 : (nearest.similarity(image, rank) - last) / (first - last);
    }

    /** How far the neighbours disagree: the entropy of their votes over the logarithm of their number, 0 to 1. */
    public double uncertainty(int image) {
        if (nearest.k() < 2) {
            return 0;
        }
        Map<String, Double> votes = of(image);
        double all = votes.values().stream().mapToDouble(Double::doubleValue).sum();
        double entropy = votes.values().stream()
                .mapToDouble(vote -> -vote / all * Math.log(vote / all))
                .sum();
        return Math.clamp(entropy / Math.log(nearest.k()), 0.0, 1.0);
    }

    /** The nearest labelled row with this class, among those that vote; −1 for none. */
    public int nearestOf(int image, String label) {
        for (int rank = 0; rank < nearest.k(); rank++) {
            if (labels.get(nearest.row(image, rank)).contains(label)) {
                return nearest.row(image, rank);
            }
        }
        return -1;
    }
}
