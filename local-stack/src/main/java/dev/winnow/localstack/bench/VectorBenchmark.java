package dev.winnow.localstack.bench;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.localstack.LocalStackProcess;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads a fresh local stack with vectors and queries it: how many points a second are acknowledged as durable, how long
 * queries take and what they miss against an exact comparison, right after loading, with many segments, after
 * deletions and after a restart. Beside the load stands what the disk alone does with the same bytes in the same run.
 */
public final class VectorBenchmark {

    private static final String COLLECTION = "bench";
    private static final int BATCH = 64;
    private static final int FIRST = 100_000;
    private static final int NEAREST = 10;
    private static final int TENTHS = 10;

    private final int points;
    private final int dimension;
    private final int queries;
    private final SyntheticVectors data;
    private final Map<String, String> results = new LinkedHashMap<>();

    private VectorBenchmark(int points, int dimension, int queries, long seed) {
        this.points = points;
        this.dimension = dimension;
        this.queries = queries;
        this.data = new SyntheticVectors(dimension, seed);
    }

    /** Options: {@code --points N --dimension D --queries Q --seed S --json}. */
    public static void main(String[] arguments) throws Exception {
        try {
            run(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("winnow bench vectors: " + wrong.getMessage());
            System.exit(2);
        }
    }

    /** Measures, prints a line for each figure as it is known, and returns them all. */
    static Map<String, String> run(String... arguments) throws Exception {
        int points = FIRST;
        int dimension = 384;
        int queries = 200;
        long seed = 1;
        boolean json = false;
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--json" -> json = true;
                case "--points" -> points = number(option, rest);
                case "--dimension" -> dimension = number(option, rest);
                case "--queries" -> queries = number(option, rest);
                case "--seed" -> seed = number(option, rest);
                default -> throw usage("unknown option " + option);
            }
        }
        VectorBenchmark benchmark = new VectorBenchmark(points, dimension, queries, seed);
        benchmark.measure();
        if (json) {
            System.out.println(new ObjectMapper().writeValueAsString(benchmark.results));
        }
        return benchmark.results;
    }

    private static int number(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw usage(option + " needs a value");
        }
        String text = rest.next();
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw usage(option + " " + text + " is no number up to " + Integer.MAX_VALUE);
        }
        throw usage(option + " " + text + " is less than 1");
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException(
                problem + "; options: --points N --dimension D --queries Q --seed S --json");
    }

    private void measure() throws Exception {
        Path folder = Files.createTempDirectory("winnow-bench");
        try {
            print("disk", "%.0f points/s: the same bytes written and forced, batch by batch", disk(folder));
            try (LocalStackProcess stack = start(folder);
                    QdrantClient qdrant = client(stack)) {
                create(qdrant);
                load(qdrant);
                queries("many segments", stack, qdrant);
                deleteEveryThird(qdrant);
                queries("after deletions", stack, qdrant);
            }
            long started = System.nanoTime();
            try (LocalStackProcess stack = start(folder);
                    QdrantClient qdrant = client(stack)) {
                print("restart", "%.1f s until the whole stack is ready again", seconds(started));
                queries("after restart", stack, qdrant);
            }
        } finally {
            delete(folder);
        }
    }

    private static LocalStackProcess start(Path folder) {
        List<String> anyPort = new ArrayList<>();
        for (String port : List.of("kafka", "controller", "s3", "qdrant", "qdrant-http")) {
            anyPort.addAll(List.of("--" + port + "-port", "0"));
        }
        return LocalStackProcess.start(Path.of(System.getProperty("suite.root")), folder.resolve("data"), anyPort);
    }

    private static QdrantClient client(LocalStackProcess stack) {
        return new QdrantClient(QdrantGrpcClient.newBuilder(stack.qdrantHost(), stack.qdrantPort(), false, false)
                .build());
    }

    /** A ceiling for loading: one writer, and each batch on the disk before the next. */
    private double disk(Path folder) throws IOException {
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH * dimension * Float.BYTES);
        int batches = 500;
        Path file = folder.resolve("ceiling");
        long started = System.nanoTime();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < batches; i++) {
                batch.clear();
                out.write(batch);
                out.force(false);
            }
        }
        double rate = batches * BATCH / seconds(started);
        Files.delete(file);
        return rate;
    }

    private void create(QdrantClient qdrant) throws ExecutionException, InterruptedException {
        qdrant.createCollectionAsync(
                        COLLECTION,
                        VectorParams.newBuilder()
                                .setSize(dimension)
                                .setDistance(Distance.Cosine)
                                .build())
                .get();
        qdrant.createPayloadIndexAsync(COLLECTION, "tenth", PayloadSchemaType.Keyword, null, true, null, null)
                .get();
        qdrant.createPayloadIndexAsync(COLLECTION, "number", PayloadSchemaType.Integer, null, true, null, null)
                .get();
    }

    private PointStruct point(int number) {
        return PointStruct.newBuilder()
                .setId(id(number))
                .setVectors(vectors(data.vector(number)))
                .putAllPayload(Map.of("tenth", value("t" + number % TENTHS), "number", value(number)))
                .build();
    }

    /** Batches of 64, each acknowledged as durable ({@code wait=true}), one and then four at a time. */
    private void load(QdrantClient qdrant) throws ExecutionException, InterruptedException {
        int first = Math.min(FIRST, points);
        int half = first / 2;
        print("load", "%.0f points/s, one batch after the other, to %,d", load(qdrant, 0, half, 1), half);
        print("load", "%.0f points/s, four batches at a time, to %,d", load(qdrant, half, first, 4), first);
        queries("first", null, qdrant);
        if (points > first) {
            long started = System.nanoTime();
            load(qdrant, first, points, 4);
            double rate = (points - first) / seconds(started);
            print("load", "%.0f points/s, four batches at a time, to %,d", rate, points);
        }
    }

    private double load(QdrantClient qdrant, int from, int to, int atATime)
            throws ExecutionException, InterruptedException {
        Deque<Future<?>> underWay = new ArrayDeque<>();
        long started = System.nanoTime();
        for (int begin = from; begin < to; begin += BATCH) {
            List<PointStruct> batch = new ArrayList<>();
            for (int number = begin; number < Math.min(to, begin + BATCH); number++) {
                batch.add(point(number));
            }
            if (underWay.size() == atATime) {
                underWay.remove().get();
            }
            underWay.add(qdrant.upsertAsync(COLLECTION, batch));
        }
        for (Future<?> each : underWay) {
            each.get();
        }
        return (to - from) / seconds(started);
    }

    private void deleteEveryThird(QdrantClient qdrant) throws ExecutionException, InterruptedException {
        long started = System.nanoTime();
        int slice = 30_000;
        for (int begin = 0; begin < points; begin += slice) {
            List<io.qdrant.client.grpc.Common.PointId> ids = new ArrayList<>();
            for (int number = begin; number < Math.min(points, begin + slice); number += 3) {
                ids.add(id(number));
            }
            qdrant.deleteAsync(COLLECTION, ids).get();
        }
        print("delete", "%.0f points/s, every third of %,d", points / (3 * seconds(started)), points);
    }

    private void queries(String when, @Nullable LocalStackProcess stack, QdrantClient qdrant)
            throws ExecutionException, InterruptedException {
        long segments = qdrant.getCollectionInfoAsync(COLLECTION).get().getSegmentsCount();
        long count = qdrant.countAsync(COLLECTION).get();
        print(when, "%,d points in %d segments%s", count, segments, stack == null ? "" : "; " + memory(stack));
        queries(when + ", all", qdrant, null);
        queries(
                when + ", 10 % by keyword",
                qdrant,
                Filter.newBuilder().addMust(matchKeyword("tenth", "t3")).build());
        double from = points * 0.4;
        Range tenth = Range.newBuilder().setGte(from).setLt(from + points * 0.1).build();
        queries(
                when + ", 10 % by range",
                qdrant,
                Filter.newBuilder().addMust(range("number", tenth)).build());
    }

    /** Latency of each query alone, and the share of the exact answer that the default one has. */
    private void queries(String what, QdrantClient qdrant, @Nullable Filter filter)
            throws ExecutionException, InterruptedException {
        for (int i = 0; i < queries / 4; i++) {
            query(qdrant, i, filter, false);
        }
        double[] milliseconds = new double[queries];
        double[] exactly = new double[Math.max(1, queries / 4)];
        int found = 0;
        int expected = 0;
        for (int i = 0; i < queries; i++) {
            long started = System.nanoTime();
            List<ScoredPoint> answer = query(qdrant, i, filter, false);
            milliseconds[i] = seconds(started) * 1000;
            if (i < exactly.length) {
                started = System.nanoTime();
                List<ScoredPoint> truth = query(qdrant, i, filter, true);
                exactly[i] = seconds(started) * 1000;
                expected += truth.size();
                found += (int) truth.stream()
                        .filter(point ->
                                answer.stream().anyMatch(other -> other.getId().equals(point.getId())))
                        .count();
            }
        }
        Arrays.sort(milliseconds);
        Arrays.sort(exactly);
        print(
                what,
                "p50 %.1f ms, p95 %.1f ms, recall@10 %.4f; exact p50 %.1f ms",
                milliseconds[queries / 2],
                milliseconds[queries * 95 / 100],
                expected == 0 ? 1 : (double) found / expected,
                exactly[exactly.length / 2]);
    }

    private List<ScoredPoint> query(QdrantClient qdrant, int number, @Nullable Filter filter, boolean exact)
            throws ExecutionException, InterruptedException {
        QueryPoints.Builder query = QueryPoints.newBuilder()
                .setCollectionName(COLLECTION)
                .setQuery(nearest(data.vector(-1L - number)))
                .setLimit(NEAREST)
                .setParams(SearchParams.newBuilder().setExact(exact));
        if (filter != null) {
            query.setFilter(filter);
        }
        return qdrant.queryAsync(query.build()).get();
    }

    /** Of the server's process, where the system tells (Linux); the file part is the page cache's and given back. */
    private static String memory(LocalStackProcess stack) {
        Path status = Path.of("/proc", Long.toString(stack.process().pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return String.join(
                    ", ",
                    lines.filter(line -> line.startsWith("RssAnon") || line.startsWith("VmRSS"))
                            .map(line -> line.replaceAll("\\s+", " "))
                            .toList());
        } catch (IOException e) {
            return "memory unknown on this system";
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation is of a library that is not needed otherwise.
    private void print(String what, String format, Object... values) {
        String text = String.format(Locale.ROOT, format, values);
        results.merge(what, text, (a, b) -> a + "; " + b);
        System.out.printf(Locale.ROOT, "%-34s %s%n", what, text);
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
