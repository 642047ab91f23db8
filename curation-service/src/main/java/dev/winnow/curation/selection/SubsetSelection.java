package dev.winnow.curation.selection;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Chooses images under weighted objectives, one after the other the one that adds most ({@link LazyGreedy}). Exact but for
 * facility location of more than 4,096 candidates ({@link FacilityLocation}); the seed draws its sample. Of equally good
 * images the one more similar to the candidates' mean is taken, then the first row. Cost O(n · N · d) for n chosen of N, with
 * facility location O(N² · d); as a rule much less than the former, since whoever is well covered is not looked at again.
 */
public final class SubsetSelection {

    private final Neighbours neighbours;
    private final int entries;

    public SubsetSelection(Neighbours neighbours) {
        this(neighbours, FacilityLocation.ENTRIES);
    }

    /** @param entries how many similarities facility location keeps at most */
    SubsetSelection(Neighbours neighbours, int entries) {
        this.neighbours = neighbours;
        this.entries = entries;
    }

    /**
     * How an identifier shall be distributed among what is chosen, together with what was chosen before.
     *
     * @param identifier its name
     * @param bin of each row; −1 for none
     * @param shares of each bin, adding up to 1
     */
    public record Target(String identifier, int[] bin, double[] shares, double weight) {

        /** How many of the rows are in each bin. */
        public List<Integer> counts(int[] rows) {
            Integer[] counts = new Integer[shares.length];
            Arrays.fill(counts, 0);
            for (int row : rows) {
                if (bin[row] >= 0) {
                    counts[bin[row]]++;
                }
            }
            return List.of(counts);
        }

        /** How far the rows are from the target: the total variation distance, 0 to 1. */
        public double distance(int[] rows) {
            return TargetDistribution.totalVariation(counts(rows), shares, rows.length);
        }
    }

    /**
     * What the choice is for; a weight of 0 leaves an objective out.
     *
     * @param uncertainty weight of the scores
     * @param scores of each row, 0 and up: how unsure a model is of it; empty where the weight is 0
     * @param minDistance least cosine distance between two chosen ones, and to what was chosen before
     */
    public record Objectives(
            double coverage,
            double facilityLocation,
            double uncertainty,
            double[] scores,
            List<Target> targets,
            double minDistance) {

        /** K-center greedy. */
        public static final Objectives COVERAGE = new Objectives(1, 0, 0, new double[0], List.of(), 0);

        /** Facility location alone. */
        public static final Objectives FACILITY_LOCATION = new Objectives(0, 1, 0, new double[0], List.of(), 0);
    }

    /**
     * What was chosen.
     *
     * @param rows in the order they were chosen; fewer than asked for where limits or distance permit no more
     * @param tooNear how many were passed over because they are nearer to a chosen one than permitted
     * @param contributed each objective's share of the sum of all weighted gains
     */
    public record Subset(List<Integer> rows, int tooNear, Map<String, Double> contributed) {}

    /** Chooses up to {@code n} of the candidates. */
    public Subset choose(Candidates candidates, int n, Objectives wanted, Limits limits, long seed, Progress progress) {
        int budget = Math.min(n, candidates.size());
        if (budget == 0) {
            return new Subset(List.of(), 0, Map.of());
        }
        Vectors own = candidates.own();
        List<LazyGreedy.Weighted> objectives = new ArrayList<>();
        LazyGreedy.Spacing spacing = candidate -> true;
        if (wanted.coverage > 0 || wanted.minDistance > 0) {
            Coverage coverage = new Coverage(neighbours, candidates, own, budget, progress.part(0, 0.2));
            // Also with a weight of 0, for it has to know what is chosen.
            objectives.add(new LazyGreedy.Weighted(coverage, wanted.coverage));
            if (wanted.minDistance > 0) {
                spacing = candidate -> coverage.distance(candidate) >= wanted.minDistance;
            }
        }
        if (wanted.facilityLocation > 0) {
            objectives.add(new LazyGreedy.Weighted(
                    new FacilityLocation(neighbours, candidates, own, budget, entries, seed, progress.part(0.2, 0.8)),
                    wanted.facilityLocation));
        }
        if (wanted.uncertainty > 0) {
            objectives.add(
                    new LazyGreedy.Weighted(new Uncertainty(of(wanted.scores, candidates.rows())), wanted.uncertainty));
        }
        for (Target target : wanted.targets) {
            objectives.add(new LazyGreedy.Weighted(
                    new TargetDistribution(
                            "target " + target.identifier,
                            bins(target.bin, candidates.rows()),
                            bins(target.bin, candidates.initial()),
                            target.shares,
                            budget),
                    target.weight));
        }
        LazyGreedy.Choice choice = new LazyGreedy(objectives, limits.possible(), spacing, fromTheMean(own))
                .choose(budget, progress.part(0.8, 1));
        Map<String, Double> contributed = new LinkedHashMap<>();
        double all = Arrays.stream(choice.contributed()).sum();
        for (int i = 0; i < objectives.size(); i++) {
            if (objectives.get(i).weight() > 0) {
                contributed.merge(
                        objectives.get(i).objective().name(),
                        all == 0 ? 0 : choice.contributed()[i] / all,
                        Double::sum);
            }
        }
        return new Subset(
                choice.candidates().stream()
                        .map(candidate -> candidates.rows()[candidate])
                        .toList(),
                choice.tooNear(),
                contributed);
    }

    private static int[] bins(int[] ofRows, int[] rows) {
        return Arrays.stream(rows).map(row -> ofRows[row]).toArray();
    }

    private static double[] of(double[] ofRows, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> ofRows[row]).toArray();
    }

    /** Of each vector its place, the one most similar to the mean first. */
    private static int[] fromTheMean(Vectors vectors) {
        float[] mean = new float[vectors.dimension()];
        float[] vector = new float[vectors.dimension()];
        for (int row = 0; row < vectors.size(); row++) {
            vectors.read(row, vector);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / vectors.size();
            }
        }
        Vectors centre = Vectors.of(mean.length, List.of(mean));
        double[] similarity = IntStream.range(0, vectors.size())
                .mapToDouble(row -> vectors.similarity(row, centre, 0))
                .toArray();
        int[] place = new int[vectors.size()];
        List<Integer> rows = IntStream.range(0, vectors.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -similarity[row])
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (int i = 0; i < place.length; i++) {
            place[rows.get(i)] = i;
        }
        return place;
    }
}
