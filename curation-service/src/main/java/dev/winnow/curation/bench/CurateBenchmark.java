package dev.winnow.curation.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.winnow.curation.Progress;
import dev.winnow.curation.bench.Figures.Compared;
import dev.winnow.curation.bench.Figures.Grown;
import dev.winnow.curation.bench.Rivals.Outcome;
import dev.winnow.curation.exports.ExportFormat;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximation;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures the engine on synthetic vectors: beside faiss and scikit-learn, in turn, and how cost grows with the number of
 * vectors. Standard output is for the figures.
 */
public final class CurateBenchmark {

    private static final List<Integer> SIZES = List.of(10_000, 100_000, 1_000_000);
    /** What the service has by default ({@code winnow.vectors.exact-up-to}). */
    private static final int EXACT_UP_TO = 200_000;
    /** Beyond, comparing all pairs twice would take longer than all else together. */
    private static final int MOST_BY_DENSITY = 100_000;

    /** What may be asked for besides the contests. */
    private static final String GROWTH = "growth";

    private static final String EXPORT = "export";

    private final Options options;
    private final SyntheticVectors data;
    private final Path file;
    private final Neighbours kernel;

    private CurateBenchmark(Options options, Path file, Neighbours kernel) {
        this.options = options;
        this.data = new SyntheticVectors(options.n(), options.dimension(), options.seed());
        this.file = file;
        this.kernel = kernel;
    }

    public static void main(String[] arguments) throws IOException {
        try {
            Options options = Options.parse(arguments);
            Figures figures = run(options);
            Table.print(figures);
            if (options.json()) {
                System.out.println(new ObjectMapper()
                        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .writeValueAsString(figures));
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("winnow bench curate: " + wrong.getMessage());
            System.exit(2);
        }
    }

    static Figures run(Options options) throws IOException {
        Path file = Files.createTempFile("winnow-bench", ".f32");
        try (Neighbours kernel = new Neighbours()) {
            return new CurateBenchmark(options, file, kernel).measure();
        } finally {
            Files.delete(file);
        }
    }

    private Figures measure() throws IOException {
        List<Contest> contests = contests();
        boolean grows = wants(GROWTH);
        if (grows || !contests.isEmpty()) {
            say("drawing %,d vectors of dimension %d", options.n(), options.dimension());
            data.write(file);
        }
        List<Compared> compared = new ArrayList<>();
        try (Rivals rivals = contests.isEmpty() ? null : rivals()) {
            for (Contest contest : contests) {
                compared.add(compare(contest, rivals));
            }
        }
        List<Grown> growth = new ArrayList<>();
        for (int size : grows ? sizes() : new TreeSet<Integer>()) {
            growth.add(grow(size));
        }
        List<Figures.Exported> exports = new ArrayList<>();
        if (wants(EXPORT)) {
            for (ExportFormat format : List.of(ExportFormat.COCO, ExportFormat.PARQUET)) {
                exports.add(ExportRow.measure(format, options.n()));
                say("%,d images written as %s", options.n(), format);
            }
        }
        return new Figures(
                new Figures.Setting(
                        options.n(),
                        options.dimension(),
                        options.rounds(),
                        options.seed(),
                        "unit vectors in " + SyntheticVectors.CLUSTERS
                                + " clusters that overlap, one in twenty a near copy",
                        kernel.provider().toString(),
                        Runtime.getRuntime().availableProcessors()),
                compared,
                growth,
                exports,
                peakBytes());
    }

    private boolean wants(String task) {
        return options.only().isEmpty() || options.only().contains(task);
    }

    private List<Contest> contests() {
        List<Contest> all = Contest.all(kernel);
        List<String> names = Stream.concat(all.stream().map(Contest::name), Stream.of(GROWTH, EXPORT))
                .toList();
        if (!names.containsAll(options.only())) {
            throw new IllegalArgumentException("--only " + options.only() + ": expected some of " + names);
        }
        return all.stream().filter(contest -> wants(contest.name())).toList();
    }

    private @Nullable Rivals rivals() throws IOException {
        String python = options.python();
        if (python == null) {
            say("without --python nothing stands beside: faiss and scikit-learn are missing");
            return null;
        }
        Path script = Path.of(System.getProperty("suite.root", "."), "models/bench_curate.py");
        return Rivals.start(python, script, file, options.dimension());
    }

    private Compared compare(Contest contest, @Nullable Rivals rivals) throws IOException {
        int rows = Math.min(options.n(), contest.most());
        Vectors vectors = data.read(file, rows);
        Rivals.Task task = new Rivals.Task(contest, rows);
        Map<String, List<Outcome>> all = new LinkedHashMap<>();
        // The first round warms both up.
        for (int round = 0; round <= options.rounds(); round++) {
            Map<String, Outcome> outcomes = new LinkedHashMap<>();
            long start = System.nanoTime();
            double quality = contest.ours().applyAsDouble(vectors);
            outcomes.put("winnow", new Outcome(seconds(start), quality));
            if (rivals != null) {
                outcomes.putAll(new TreeMap<>(rivals.run(task)));
            }
            boolean counts = round > 0;
            outcomes.forEach((who, outcome) -> {
                say("%s%s: %s %.2f s", contest.name(), counts ? "" : " (warm-up)", who, outcome.seconds());
                if (counts) {
                    all.computeIfAbsent(who, name -> new ArrayList<>()).add(outcome);
                }
            });
        }
        Map<String, Outcome> medians = new LinkedHashMap<>();
        all.forEach((who, outcomes) -> medians.put(who, median(outcomes)));
        Map<String, Double> ratios = new LinkedHashMap<>();
        medians.forEach((who, median) -> {
            if (!who.equals("winnow")) {
                ratios.put(who, ratio(all.getOrDefault("winnow", List.of()), all.getOrDefault(who, List.of())));
            }
        });
        return new Compared(contest.name(), contest.what(), rows, contest.quality(), medians, ratios);
    }

    /** The median of the rounds' ratios: what slows a round down slows both. */
    private static double ratio(List<Outcome> ours, List<Outcome> theirs) {
        double[] ratios = IntStream.range(0, ours.size())
                .mapToDouble(i -> ours.get(i).seconds() / theirs.get(i).seconds())
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }

    private static Outcome median(List<Outcome> outcomes) {
        double[] seconds =
                outcomes.stream().mapToDouble(Outcome::seconds).sorted().toArray();
        return new Outcome(seconds[seconds.length / 2], outcomes.getLast().quality());
    }

    private SortedSet<Integer> sizes() {
        TreeSet<Integer> sizes =
                new TreeSet<>(SIZES.stream().filter(size -> size < options.n()).toList());
        sizes.add(options.n());
        return sizes;
    }

    private Grown grow(int size) throws IOException {
        long start = System.nanoTime();
        Vectors vectors = data.read(file, size);
        double load = seconds(start);
        say("%,d vectors: loaded in %.1f s", size, load);
        start = System.nanoTime();
        Contest.kMeans(kernel, vectors);
        double kMeans = seconds(start);
        say("%,d vectors: k-means in %.1f s", size, kMeans);
        start = System.nanoTime();
        NeighbourJoin join = new NeighbourJoin(kernel, EXACT_UP_TO);
        Approximation approximation = join.join(vectors, Contest.NEIGHBOURS, Contest.SEED, Progress.NONE)
                .approximation();
        double neighbours = seconds(start);
        say("%,d vectors: neighbours in %.1f s", size, neighbours);
        start = System.nanoTime();
        Contest.nearDuplicates(join, vectors);
        double nearDuplicates = seconds(start);
        say("%,d vectors: near duplicates in %.1f s", size, nearDuplicates);
        Double hdbscan = null;
        if (size <= MOST_BY_DENSITY) {
            start = System.nanoTime();
            Contest.hdbscan(kernel, vectors);
            hdbscan = seconds(start);
            say("%,d vectors: HDBSCAN in %.1f s", size, hdbscan);
        }
        return new Grown(
                size,
                load,
                kMeans,
                neighbours,
                approximation == null ? null : approximation.recall(),
                approximation == null ? null : approximation.probed() + " of " + approximation.cells(),
                nearDuplicates,
                hdbscan);
    }

    /** Linux tells. */
    private static @Nullable Long peakBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D+", "")) << 10)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation is of a library that is not needed otherwise.
    private static void say(String format, Object... values) {
        System.err.printf(Locale.ROOT, format + "%n", values);
    }
}
