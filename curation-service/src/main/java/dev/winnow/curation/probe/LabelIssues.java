package dev.winnow.curation.probe;

import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranks labels by how little speaks for them. Two witnesses are asked, the linear probe, which has not seen the label, and the
 * nearest labelled images; a label's quality is the mean of what they say for it:
 *
 * <pre>  (p(given) + share of the k nearest that were given it) / 2</pre>
 *
 * The first alone is confident learning's self-confidence. The class with the largest mean is suggested instead.
 */
public final class LabelIssues {

    public static final int DEFAULT_K = 20;

    private LabelIssues() {}

    /**
     * What speaks for and against a label.
     *
     * @param image a place among the labelled images
     * @param suggested the class that most speaks for; may be the given one
     * @param quality of the given label, 0 to 1
     * @param issue whether confident learning believes another class, or more speaks for another one
     * @param agreeing the share of the nearest that were given the same
     * @param suggesting the share of the nearest that were given the suggested one
     */
    public record Judgement(
            int image, int suggested, double quality, boolean issue, double agreeing, double suggesting) {}

    /** @param ranking of all judged images, the worst label first */
    public record Found(ConfidentLearning confident, List<Judgement> ranking) {}

    /** @param nearest the nearest labelled images of each labelled image */
    public static Found rank(LinearProbe.Validated probe, Nearest nearest) {
        int[] given = probe.labelled().given();
        int classes = probe.labelled().classes().size();
        ConfidentLearning confident = ConfidentLearning.of(probe.probabilities(), given, probe.judged(), classes);
        List<Judgement> ranking = new ArrayList<>();
        for (int i = 0; i < given.length; i++) {
            if (!probe.judged()[i]) {
                continue;
            }
            double[] shares = shares(nearest, i, given, classes);
            int suggested = given[i];
            double most = support(probe, shares, i, suggested);
            double quality = most;
            for (int c = 0; c < classes; c++) {
                double speaks = support(probe, shares, i, c);
                if (speaks > most) {
                    most = speaks;
                    suggested = c;
                }
            }
            int believed = confident.believed()[i];
            ranking.add(new Judgement(
                    i,
                    suggested,
                    quality,
                    suggested != given[i] || (believed >= 0 && believed != given[i]),
                    shares[given[i]],
                    shares[suggested]));
        }
        ranking.sort(Comparator.comparingDouble(Judgement::quality).thenComparingInt(Judgement::image));
        return new Found(confident, ranking);
    }

    private static double support(LinearProbe.Validated probe, double[] shares, int image, int c) {
        return (probe.probabilities()[image][c] + shares[c]) / 2;
    }

    /** The share of a query's nearest that were given each class. */
    public static double[] shares(Nearest nearest, int query, int[] given, int classes) {
        double[] shares = new double[classes];
        for (int rank = 0; rank < nearest.k(); rank++) {
            shares[given[nearest.row(query, rank)]] += 1.0 / nearest.k();
        }
        return shares;
    }
}
