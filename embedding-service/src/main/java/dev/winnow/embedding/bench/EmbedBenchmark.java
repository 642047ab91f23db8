package dev.winnow.embedding.bench;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.embedding.UnusableModelException;
import dev.winnow.embedding.onnx.ExecutionProvider;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the worker of a suite that runs already; {@code ./winnow bench embed} starts one and then this. */
@Command(name = "./winnow bench embed")
public final class EmbedBenchmark implements Callable<Integer> {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @Option(names = "--suite", required = true, description = "The suite's endpoints.json.")
    private Path suite = Path.of("");

    @Option(names = "--worker", required = true, description = "Process id of its embedding worker.")
    private long worker;

    @Option(names = "--manifest", required = true, description = "The worker's model.")
    private Path manifest = Path.of("");

    @Option(names = "--images", required = true)
    private Path images = Path.of("");

    @Option(names = "--n", required = true)
    private int n;

    @Option(names = "--rounds", required = true)
    private int rounds;

    @Option(names = "--device", required = true)
    private ExecutionProvider device = ExecutionProvider.AUTO;

    @Option(names = "--python")
    @Nullable
    private String python;

    @Option(names = "--python-script")
    @Nullable
    private Path pythonScript;

    @Option(names = "--json")
    private boolean json;

    private final PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, System.out.charset()), true);

    private EmbedBenchmark() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EmbedBenchmark())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    switch (exception) {
                        case IOException e -> System.err.println("winnow: " + e.getMessage());
                        case UnusableModelException e -> System.err.println("winnow: " + e.getMessage());
                        default -> exception.printStackTrace();
                    }
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, OrtException {
        SuiteEndpoints endpoints = SuiteEndpoints.read(suite);
        int cores = Runtime.getRuntime().availableProcessors();
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        ServiceApi api = new ServiceApi(endpoints, http);
        try (BareForward forward = BareForward.open(manifest, device, cores);
                Index index = new Index(endpoints.qdrant(), forward.manifest().id());
                Events events = new Events(endpoints.kafka());
                Outcomes outcomes = new Outcomes(endpoints.kafka())) {
            int workerBatch = requireSameModel(api, forward);
            Preparation preparation = new Preparation(forward.manifest().preprocessing());
            Photos photos = Photos.of(images, n, preparation, cores);
            photos.refused().forEach(file -> System.err.println("not usable, left out: " + file));
            progress("trying the network alone");
            List<BareForward.Trial> trials = forward.trials();
            Measurement measurement = new Measurement(
                    new Measurement.Parts(
                            photos,
                            cores,
                            forward,
                            trials.getFirst().arrangement(),
                            preparation,
                            new WorkerProcess(worker, endpoints.embedding(), http),
                            events,
                            outcomes,
                            new Bucket(endpoints.s3(), http),
                            index,
                            api,
                            python(forward, trials.getFirst().arrangement().batch(), cores)),
                    EmbedBenchmark::progress);
            measurement.prepare();
            List<Round> measured = measurement.rounds(rounds);
            Figures.Setting setting = new Figures.Setting(
                    forward.manifest().id(),
                    forward.provider().toString(),
                    workerBatch,
                    n,
                    photos.files().size(),
                    photos.meanBytes(),
                    photos.refused().size(),
                    rounds,
                    cores);
            Figures figures = Figures.of(setting, trials, measurement, measured);
            new Table(out).print(figures);
            if (json) {
                out.println(JSON.writeValueAsString(figures));
            }
            return 0;
        }
    }

    /**
     * The worker's batch.
     *
     * @throws IOException if it runs something else: figures of two models, or of a GPU and a CPU, could not be compared
     */
    private static int requireSameModel(ServiceApi api, BareForward forward) throws IOException, InterruptedException {
        JsonNode active = api.activeModel();
        String id = active.path("id").asText();
        String provider = active.path("execution_provider").asText();
        if (!id.equals(forward.manifest().id())
                || !provider.equals(forward.provider().toString())) {
            throw new IOException("the worker runs " + id + " on " + provider + ", the benchmark "
                    + forward.manifest().id() + " on " + forward.provider());
        }
        if (active.hasNonNull("fallback")) {
            System.err.println("no CUDA, the model runs on the CPU: "
                    + active.path("fallback").asText());
        }
        return active.path("batch").asInt();
    }

    private Optional<PythonPipelines> python(BareForward forward, int batch, int workers) {
        return python == null || pythonScript == null
                ? Optional.empty()
                : Optional.of(new PythonPipelines(python, pythonScript, manifest, forward.provider(), batch, workers));
    }

    private static void progress(String what) {
        System.err.println(what + "…");
    }
}
