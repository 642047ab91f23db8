package dev.winnow.curation.balance;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which unlabelled images are likely to show classes of which there are few. Scarce is a class with fewer than half the
 * images of the mean class; an image is likely to show it as far as its labelled neighbours say so ({@link NeighbourVotes}).
 */
public final class ScarceClasses {

    /** How many of the mean class's images a class has at least that is not scarce. */
    static final double SCARCE = 0.5;

    private final Neighbours neighbours;

    public ScarceClasses(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * An unlabelled image that is likely to be of a class.
     *
     * @param likelihood the class's share of its neighbours' votes, above 0 to 1
     * @param evidence the nearest labelled row of the class
     * @param similarity of the two, −1 to 1
     */
    public record Likely(int row, double likelihood, int evidence, double similarity) {}

    /** The names of the scarce ones, those with the fewest images first, then by name. */
    public static List<String> among(Map<String, Integer> counts) {
        double mean =
                counts.values().stream().mapToInt(Integer::intValue).average().orElse(0);
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() < SCARCE * mean)
                .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The unlabelled images most likely to be of each of the classes, the likeliest first, of equally likely ones the more
     * similar. What nobody votes for is not listed.
     *
     * @param labels of each row; an empty list for an unlabelled one
     * @param k how many labelled neighbours vote
     * @param limit how many of each class
     */
    public SortedMap<String, List<Likely>> likely(
            Vectors vectors, List<List<String>> labels, List<String> classes, int k, int limit, Progress progress) {
        int[] labelled = rows(labels, false);
        int[] unlabelled = rows(labels, true);
        SortedMap<String, List<Likely>> likely = new TreeMap<>();
        classes.forEach(label -> likely.put(label, new ArrayList<>()));
        if (labelled.length == 0 || unlabelled.length == 0 || classes.isEmpty()) {
            return likely;
        }
        NeighbourVotes votes = new NeighbourVotes(
                neighbours,
                vectors.select(unlabelled),
                vectors.select(labelled),
                Arrays.stream(labelled).mapToObj(labels::get).toList(),
                k,
                progress);
        for (int i = 0; i < unlabelled.length; i++) {
            int image = i;
            votes.of(image).forEach((label, likelihood) -> {
                List<Likely> its = likely.get(label);
                if (its != null) {
                    int evidence = labelled[votes.nearestOf(image, label)];
                    its.add(new Likely(
                            unlabelled[image], likelihood, evidence, vectors.similarity(unlabelled[image], evidence)));
                }
            });
        }
        likely.replaceAll((label, its) -> its.stream()
                .sorted(Comparator.comparingDouble((Likely one) -> -one.likelihood)
                        .thenComparingDouble(one -> -one.similarity)
                        .thenComparingInt(Likely::row))
                .limit(limit)
                .toList());
        return likely;
    }

    private static int[] rows(List<List<String>> labels, boolean empty) {
        return IntStream.range(0, labels.size())
                .filter(row -> labels.get(row).isEmpty() == empty)
                .toArray();
    }
}
