package dev.winnow.curation.adapter;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.adapter.NearestVotes.Gain;
import dev.winnow.curation.adapter.NearestVotes.Voters;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.splits.StratifiedAssignment;
import dev.winnow.curation.strata.Strata;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns a projection under which an image's nearest neighbours are more often of its class: {@link Discriminants}, then as much
 * of {@link CosineSoftmax} as helps images that are held out of the training for that choice; measured on further ones that
 * neither has seen. Both shares are drawn with each class in its proportion, and what belongs together stays together.
 */
public final class AdapterTraining {

    public static final double DEFAULT_HELD_OUT = 0.2;
    public static final double DEFAULT_SHRINKAGE = 0.7;
    public static final int DEFAULT_DIMENSION = 128;

    /** How strongly the second stage is held, from not letting it move at all; of equally good ones the first is taken. */
    private static final List<Double> STRENGTHS = List.of(Double.POSITIVE_INFINITY, 100.0, 10.0, 1.0);

    private static final double CHOOSING = 0.2;

    private final Neighbours neighbours;

    public AdapterTraining(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * @param dimension of the projected vectors, 2 to that of the vectors
     * @param heldOut the share of the labelled images that is only measured on, above 0 to below 1
     * @param shrinkage λ of {@link Discriminants}, above 0 to 1
     * @param strength ρ of {@link CosineSoftmax}; null to choose it
     */
    public record Settings(
            int dimension,
            double heldOut,
            double shrinkage,
            @Nullable Double strength,
            long seed) {}

    /**
     * What came of a strength on images held out for the choice.
     *
     * @param strength null where the second stage was left out
     * @param accuracy the mean of their scores, see {@link NearestVotes}, 0 to 1
     */
    public record Tried(@Nullable Double strength, double accuracy) {}

    /**
     * kNN accuracy on the held-out images.
     *
     * @param neighbours {@code trained} or {@code held_out}: which images vote
     * @param images that count: of whose class there is another one among those
     */
    public record Accuracy(String neighbours, int k, int images, double before, double after) {}

    /** The accuracy of the 5 nearest of those trained on, for the held-out images of a class; the one that lost most first. */
    public record OfClass(String label, int trained, int heldOut, double before, double after) {}

    /**
     * @param trained how many images were
     * @param heldOut how many were measured on
     * @param strength null where the second stage was left out
     * @param tried what it was chosen from; empty where it was given
     * @param gain of the mean over all figures, image by image
     * @param recommended whether the gain is above 0 with a confidence of 95 %
     */
    public record Trained(
            Projection projection,
            int trained,
            int heldOut,
            @Nullable Double strength,
            List<Tried> tried,
            List<Accuracy> accuracy,
            double gain,
            double gainLow,
            double gainHigh,
            boolean recommended,
            List<OfClass> classes) {}

    /**
     * Trains and measures.
     *
     * @param groups rows of the dataset that stay together; others stand alone
     * @throws InvalidParameterException if there are too few labelled images to train and to measure on
     */
    public Trained train(
            Vectors vectors, LabelledRows labelled, List<int[]> groups, Settings settings, Progress progress) {
        LinearProbe.checkClasses(labelled);
        List<int[]> together = LinearProbe.together(labelled, groups);
        int[] part = split(together, labelled.given(), settings.heldOut, settings.seed);
        int[] trainedPlaces = places(part, 0);
        Examples all = new Examples(
                vectors.select(labelled.rows()),
                labelled.given(),
                labelled.classes().size());
        Examples trained = all.select(trainedPlaces);
        Examples heldOut = all.select(places(part, 1));
        check(trained, heldOut);

        List<Tried> tried = settings.strength == null
                ? tried(trained, within(together, trainedPlaces), settings, progress.part(0, 0.7))
                : List.of();
        double strength = settings.strength == null ? best(tried) : settings.strength;
        Projection projection = fit(trained, strength, settings, progress.part(0.7, 0.9));
        NearestVotes before = NearestVotes.of(neighbours, trained, heldOut, progress.part(0.9, 0.95));
        NearestVotes after = NearestVotes.of(
                neighbours,
                trained.with(projection.of(trained.vectors())),
                heldOut.with(projection.of(heldOut.vectors())),
                progress.part(0.95, 1));
        Gain gain = before.gainTo(after);
        return new Trained(
                projection,
                trained.size(),
                heldOut.size(),
                Double.isInfinite(strength) ? null : strength,
                tried,
                accuracies(before, after),
                gain.mean(),
                gain.low(),
                gain.high(),
                gain.low() > 0,
                classes(labelled, trained, heldOut, before, after));
    }

    private static int[] split(List<int[]> together, int[] given, double share, long seed) {
        Strata byClass = new Strata(
                Strata.LABEL,
                Arrays.stream(given).mapToObj(c -> List.of(Integer.toString(c))).toList());
        return StratifiedAssignment.assign(together, List.of(byClass), new double[] {1 - share, share}, seed);
    }

    private static int[] places(int[] part, int wanted) {
        return IntStream.range(0, part.length).filter(i -> part[i] == wanted).toArray();
    }

    /** The groups of some places, numbered by where these are. */
    private static List<int[]> within(List<int[]> together, int[] places) {
        List<int[]> within = new ArrayList<>();
        for (int[] group : together) {
            int[] found = Arrays.stream(group)
                    .map(place -> Arrays.binarySearch(places, place))
                    .filter(place -> place >= 0)
                    .toArray();
            if (found.length > 0) {
                within.add(found);
            }
        }
        return within;
    }

    private static void check(Examples trained, Examples heldOut) {
        int[] support = trained.support();
        long classes = Arrays.stream(support).filter(images -> images > 0).count();
        boolean measurable = Arrays.stream(heldOut.given()).anyMatch(c -> support[c] > 0);
        if (classes < 2 || !measurable) {
            throw new InvalidParameterException(
                    "held_out",
                    "expected labelled images of two classes or more to train on, and some of them to measure on, got "
                            + trained.size() + " of " + classes + " classes and " + heldOut.size());
        }
    }

    private List<Tried> tried(Examples examples, List<int[]> together, Settings settings, Progress progress) {
        int[] part = split(together, examples.given(), CHOOSING, settings.seed + 1);
        Examples trained = examples.select(places(part, 0));
        Examples judged = examples.select(places(part, 1));
        int[] support = trained.support();
        if (Arrays.stream(support).filter(images -> images > 0).count() < 2
                || Arrays.stream(judged.given()).noneMatch(c -> support[c] > 0)) {
            return List.of();
        }
        double[] start = start(trained, settings);
        List<Tried> tried = new ArrayList<>();
        for (double strength : STRENGTHS) {
            Progress own = progress.part(
                    (double) tried.size() / STRENGTHS.size(), (double) (tried.size() + 1) / STRENGTHS.size());
            Projection projection = moved(trained, start, strength, settings, own.part(0, 0.8));
            NearestVotes votes = NearestVotes.of(
                    neighbours,
                    trained.with(projection.of(trained.vectors())),
                    judged.with(projection.of(judged.vectors())),
                    own.part(0.8, 1));
            tried.add(new Tried(Double.isInfinite(strength) ? null : strength, votes.mean()));
        }
        return tried;
    }

    private static double best(List<Tried> tried) {
        Tried best = new Tried(null, -1);
        for (Tried each : tried) {
            if (each.accuracy > best.accuracy) {
                best = each;
            }
        }
        Double strength = best.strength;
        return strength == null ? Double.POSITIVE_INFINITY : strength;
    }

    private Projection fit(Examples examples, double strength, Settings settings, Progress progress) {
        return moved(examples, start(examples, settings), strength, settings, progress);
    }

    private static double[] start(Examples examples, Settings settings) {
        return Discriminants.fit(examples, settings.dimension, settings.shrinkage, settings.seed);
    }

    private Projection moved(Examples examples, double[] start, double strength, Settings settings, Progress progress) {
        double[] weights = Double.isInfinite(strength)
                ? start
                : CosineSoftmax.fit(neighbours, examples, start, settings.dimension, strength, progress);
        return Projection.of(weights, examples.dimension(), settings.dimension);
    }

    private static List<Accuracy> accuracies(NearestVotes before, NearestVotes after) {
        return IntStream.range(0, before.figures().size())
                .mapToObj(i -> {
                    NearestVotes.Figure figure = before.figures().get(i);
                    return new Accuracy(
                            figure.voters() == Voters.TRAINED ? "trained" : "held_out",
                            figure.k(),
                            figure.images(),
                            figure.accuracy(),
                            after.figures().get(i).accuracy());
                })
                .toList();
    }

    private static List<OfClass> classes(
            LabelledRows labelled, Examples trained, Examples heldOut, NearestVotes before, NearestVotes after) {
        int[] trainedSupport = trained.support();
        int[] heldOutSupport = heldOut.support();
        double[] rightBefore = right(before, heldOut);
        double[] rightAfter = right(after, heldOut);
        return IntStream.range(0, heldOut.classes())
                .filter(c -> trainedSupport[c] > 0 && heldOutSupport[c] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer c) -> (rightAfter[c] - rightBefore[c]) / heldOutSupport[c])
                        .thenComparingInt(c -> c))
                .map(c -> new OfClass(
                        labelled.classes().get(c),
                        trainedSupport[c],
                        heldOutSupport[c],
                        rightBefore[c] / heldOutSupport[c],
                        rightAfter[c] / heldOutSupport[c]))
                .toList();
    }

    /** How many held-out images of each class the 5 nearest of those trained on know. */
    private static double[] right(NearestVotes votes, Examples heldOut) {
        NearestVotes.Figure five = votes.figures().stream()
                .filter(figure -> figure.voters() == Voters.TRAINED && figure.k() == 5)
                .findFirst()
                .orElseThrow();
        double[] right = new double[heldOut.classes()];
        for (int i = 0; i < heldOut.size(); i++) {
            right[heldOut.given()[i]] += five.right()[i] ? 1 : 0;
        }
        return right;
    }
}
