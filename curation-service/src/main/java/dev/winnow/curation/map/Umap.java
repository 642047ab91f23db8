package dev.winnow.curation.map;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and
 * Projection for Dimension Reduction", 2018) onto a plane: edges of the neighbour graph pull their ends together, images
 * drawn at random push away. Begins with the first two principal components, which keeps the large-scale order (Kobak and
 * Linderman, "Initialization is critical for preserving global data structure in both t-SNE and UMAP", 2021).
 *
 * <p>One thread, so that the same neighbours, parameters and seed give the same map. Cost: epochs · edges; memory: about
 * 50 bytes for each neighbour of each image.
 */
public final class Umap {

    /** Up to so many images have more epochs: they cost little. */
    private static final int FEW = 10_000;

    private static final int EPOCHS_OF_FEW = 500;
    private static final int EPOCHS_OF_MANY = 200;

    private static final int NEGATIVE_SAMPLES = 5;
    private static final double LONGEST_STEP = 4;
    /** Keeps the push of two images at almost one place finite. */
    private static final double SOFTENING = 1e-3;

    private static final double INITIAL_EXTENT = 10;
    private static final double INITIAL_NOISE = 1e-4;
    private static final int REPORT_EVERY = 1 << 16;

    private final FuzzyGraph graph;
    private final UmapCurve curve;
    private final RandomGenerator random;
    private final Layout layout;

    private Umap(FuzzyGraph graph, UmapCurve curve, RandomGenerator random, Layout layout) {
        this.graph = graph;
        this.curve = curve;
        this.random = random;
        this.layout = layout;
    }

    /** How often each edge may pull, for so many images. */
    public static int epochs(int images) {
        return images <= FEW ? EPOCHS_OF_FEW : EPOCHS_OF_MANY;
    }

    /**
     * A map.
     *
     * @param join the k nearest others of each row
     * @param start where the rows begin, of any extent
     * @param epochs at least 1
     * @return of the same rows; those of {@code start}, scaled, where there are no neighbours
     */
    public static Layout fit(
            Neighbours.Nearest join, Layout start, UmapCurve curve, int epochs, long seed, Progress progress) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Layout layout = scaled(start, random);
        if (join.k() > 0) {
            FuzzyGraph graph = FuzzyGraph.of(join, progress.part(0, 0.05));
            new Umap(graph, curve, random, layout).optimise(epochs, progress.part(0.05, 1));
        }
        return layout;
    }

    /** The same picture 10 wide at most on either side of its centre, with a little noise that sets copies apart. */
    private static Layout scaled(Layout start, RandomGenerator random) {
        double extent = 0;
        for (int row = 0; row < start.size(); row++) {
            extent = Math.max(extent, Math.max(Math.abs(start.x()[row]), Math.abs(start.y()[row])));
        }
        double scale = extent == 0 ? 0 : INITIAL_EXTENT / extent;
        Layout scaled = Layout.of(start.size());
        for (int row = 0; row < start.size(); row++) {
            scaled.x()[row] = scale * start.x()[row] + INITIAL_NOISE * random.nextGaussian();
            scaled.y()[row] = scale * start.y()[row] + INITIAL_NOISE * random.nextGaussian();
        }
        return scaled;
    }

    /** An edge pulls as often as its weight says: the heaviest in every epoch, one of a third of its weight in every third. */
    private void optimise(int epochs, Progress progress) {
        float heaviest = 0;
        for (float weight : graph.weight()) {
            heaviest = Math.max(heaviest, weight);
        }
        int edges = graph.weight().length;
        float[] period = new float[edges];
        float[] next = new float[edges];
        for (int edge = 0; edge < edges; edge++) {
            period[edge] = heaviest / graph.weight()[edge];
            next[edge] = period[edge];
        }
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double rate = 1 - (epoch - 1.0) / epochs;
            int edge = 0;
            for (int row = 0; row < layout.size(); row++) {
                for (; edge < graph.start()[row + 1]; edge++) {
                    if (edge % REPORT_EVERY == 0) {
                        progress.at("layout", (epoch - 1 + (double) edge / edges) / epochs);
                    }
                    if (next[edge] <= epoch) {
                        next[edge] += period[edge];
                        pull(row, graph.end()[edge], rate);
                        for (int i = 0; i < NEGATIVE_SAMPLES; i++) {
                            push(row, random.nextInt(layout.size()), rate);
                        }
                    }
                }
            }
        }
    }

    private void pull(int row, int other, double rate) {
        double squared = layout.squaredDistance(row, other);
        if (squared > 0) {
            double power = Math.pow(squared, curve.b());
            double force = -2 * curve.a() * curve.b() * power / squared / (1 + curve.a() * power);
            double dx = rate * clipped(force * (layout.x()[row] - layout.x()[other]));
            double dy = rate * clipped(force * (layout.y()[row] - layout.y()[other]));
            layout.x()[row] += dx;
            layout.y()[row] += dy;
            layout.x()[other] -= dx;
            layout.y()[other] -= dy;
        }
    }

    private void push(int row, int other, double rate) {
        double squared = layout.squaredDistance(row, other);
        if (squared > 0) {
            double power = Math.pow(squared, curve.b());
            double force = 2 * curve.b() / ((SOFTENING + squared) * (1 + curve.a() * power));
            layout.x()[row] += rate * clipped(force * (layout.x()[row] - layout.x()[other]));
            layout.y()[row] += rate * clipped(force * (layout.y()[row] - layout.y()[other]));
        }
    }

    private static double clipped(double step) {
        return Math.clamp(step, -LONGEST_STEP, LONGEST_STEP);
    }
}
