package dev.winnow.cli.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.cli.suite.Endpoints;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.Rejection;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The services over HTTP. Every request here may be sent twice without harm, so one that finds a service away (killed,
 * being started again, waiting for what it depends on) is repeated for up to {@link #PATIENCE}.
 */
final class SuiteApi implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Endpoints endpoints;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final CountDownLatch closed = new CountDownLatch(1);

    SuiteApi(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** Uploads a file; a rejection comes back as the reason. */
    Optional<String> put(String dataset, String path, Path file) throws Failure, IOException {
        // A file so large is refused without being read to its end, which a client sees as a broken connection.
        long bytes = Files.size(file);
        if (bytes > ImageLimits.DEFAULT.maxBytes()) {
            Rejection rejection = new Rejection.TooLarge(bytes, ImageLimits.DEFAULT.maxBytes());
            return Optional.of(rejection.reason() + ": " + rejection.detail());
        }
        URI uri = URI.create(endpoints.ingest() + "/v1/datasets/" + dataset + "/images/" + encoded(path));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/octet-stream")
                .timeout(Duration.ofSeconds(60))
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .build();
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() / 100 == 2) {
            return Optional.empty();
        }
        if (response.statusCode() / 100 == 4) {
            Results.Problem problem = problem(response.body());
            String reason = problem.reason() == null ? "HTTP " + response.statusCode() : problem.reason();
            return Optional.of(problem.detail() == null ? reason : reason + ": " + problem.detail());
        }
        throw unexpected(request, response);
    }

    /** The dataset's counts; zeros while nothing of it has been seen. */
    Results.Dataset dataset(String dataset) throws Failure {
        HttpRequest request = get("/v1/datasets/" + dataset);
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() == 404) {
            return new Results.Dataset(dataset, 0, 0, 0);
        }
        return read(request, response, Results.Dataset.class);
    }

    Results.Failures failures(String dataset) throws Failure {
        return fetch("/v1/datasets/" + dataset + "/failures", Results.Failures.class);
    }

    /** Sends a CSV of labels; its answer is not needed. */
    void annotate(String dataset, String csv) throws Failure {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(endpoints.curation() + "/v1/datasets/" + dataset + "/annotations"))
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString(csv))
                .build();
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() / 100 != 2) {
            throw unexpected(request, response);
        }
    }

    /** Starts a job; {@code parameters} include its type. */
    Results.Job submit(String dataset, Map<String, Object> parameters) throws Failure {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(endpoints.curation() + "/v1/datasets/" + dataset + "/jobs"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(parameters)))
                    .build();
            return read(request, send(request), Results.Job.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new Failure("cannot write " + parameters + " as JSON", e);
        }
    }

    Results.Job job(String id) throws Failure {
        return fetch("/v1/jobs/" + id, Results.Job.class);
    }

    <T> T result(String job, Class<T> type) throws Failure {
        return fetch("/v1/jobs/" + job + "/result", type);
    }

    /** A small JPEG of an image, or nothing where none can be had: a report can do without a picture. */
    Optional<byte[]> thumbnail(String dataset, String image, int size) throws Failure {
        HttpResponse<byte[]> response =
                send(get("/v1/datasets/" + dataset + "/images/" + image + "/thumbnail?size=" + size));
        return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    }

    /** Waits, at most until this is closed. */
    void pause(Duration time) throws Failure {
        try {
            if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Failure("stopped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        http.shutdownNow();
    }

    /** Each segment percent-encoded as UTF-8; the slashes between them stay. */
    static String encoded(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(endpoints.curation() + path))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    private <T> T fetch(String path, Class<T> type) throws Failure {
        HttpRequest request = get(path);
        return read(request, send(request), type);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Failure {
        Instant limit = Instant.now().plus(PATIENCE);
        Duration wait = Duration.ofMillis(100);
        while (true) {
            String trouble;
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                int status = response.statusCode();
                if (status != 429 && status != 502 && status != 503 && status != 504) {
                    return response;
                }
                trouble = "HTTP " + status;
            } catch (IOException e) {
                trouble = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure("interrupted", e);
            }
            if (Instant.now().isAfter(limit)) {
                throw new Failure(request.method() + " " + request.uri() + " has not been answered for "
                        + PATIENCE.toSeconds() + " s: " + trouble);
            }
            pause(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? wait.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static <T> T read(HttpRequest request, HttpResponse<byte[]> response, Class<T> type) throws Failure {
        if (response.statusCode() / 100 != 2) {
            throw unexpected(request, response);
        }
        try {
            return JSON.readValue(response.body(), type);
        } catch (IOException e) {
            throw new Failure(
                    request.method() + " " + request.uri() + " answered what is no " + type.getSimpleName() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Failure unexpected(HttpRequest request, HttpResponse<byte[]> response) {
        Results.Problem problem = problem(response.body());
        return new Failure(request.method() + " " + request.uri() + " answered " + response.statusCode()
                + (problem.detail() == null ? "" : ": " + problem.detail()));
    }

    private static Results.Problem problem(byte[] body) {
        try {
            return JSON.readValue(body, Results.Problem.class);
        } catch (IOException e) {
            return new Results.Problem(null, null, null);
        }
    }
}
