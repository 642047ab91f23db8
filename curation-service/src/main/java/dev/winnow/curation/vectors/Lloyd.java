package dev.winnow.curation.vectors;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours.Assignment;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rounds of spherical k-means from given centres (Lloyd, "Least Squares Quantization in PCM", 1982; Dhillon and Modha,
 * 2001): each vector goes to its nearest centre, each centre becomes the normalised mean of its vectors. Memory: centres, and 12
 * bytes a vector. Cost: O(n · k · d) a round.
 */
public final class Lloyd {

    private final Neighbours neighbours;

    public Lloyd(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * @param centres unit vectors
     * @param assignment to these centres
     * @param rounds how often the centres were moved
     */
    public record Fit(Vectors centres, Assignment assignment, int rounds) {}

    /** At most so many rounds; fewer where no vector changes its centre any more. A centre without vectors stays. */
    public Fit run(Vectors vectors, Vectors centres, int rounds, Progress progress) {
        Vectors moved = centres;
        int[] before = null;
        for (int round = 0; ; round++) {
            Assignment assignment = neighbours.assign(
                    vectors, moved, progress.part(round / (rounds + 1.0), (round + 1) / (rounds + 1.0)));
            if (round == rounds || Arrays.equals(assignment.centre(), before)) {
                return new Fit(moved, assignment, round);
            }
            moved = means(vectors, assignment.centre(), moved);
            before = assignment.centre();
        }
    }

    /**
     * The normalised mean of each centre's vectors, summed in the order of rows in double precision: the same whatever the
     * number of cores. A centre without vectors, or whose vectors cancel out, stays.
     */
    public static Vectors means(Vectors vectors, int[] assignment, Vectors centres) {
        int[] starts = new int[centres.size() + 1];
        for (int centre : assignment) {
            starts[centre + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        int[] members = new int[assignment.length];
        for (int row = 0; row < assignment.length; row++) {
            members[next[assignment[row]]++] = row;
        }
        float[][] means = new float[centres.size()][];
        IntStream.range(0, centres.size()).parallel().forEach(centre -> {
            double[] sum = new double[vectors.dimension()];
            float[] vector = new float[vectors.dimension()];
            for (int i = starts[centre]; i < starts[centre + 1]; i++) {
                vectors.read(members[i], vector);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += vector[j];
                }
            }
            means[centre] = normalised(sum);
        });
        Vectors.Builder builder = new Vectors.Builder(vectors.dimension(), centres.size());
        for (int centre = 0; centre < means.length; centre++) {
            if (means[centre].length == 0) {
                builder.addRow(centres, centre);
            } else {
                builder.add(means[centre]);
            }
        }
        return builder.build();
    }

    /** Empty where the length is 0. */
    private static float[] normalised(double[] sum) {
        double squares = 0;
        for (double x : sum) {
            squares += x * x;
        }
        if (squares == 0) {
            return new float[0];
        }
        double scale = 1 / Math.sqrt(squares);
        float[] unit = new float[sum.length];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = (float) (sum[j] * scale);
        }
        return unit;
    }
}
