package dev.winnow.embedding.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The services as their clients use them. */
final class ServiceApi {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int UPLOADS_AT_A_TIME = 8;

    private final SuiteEndpoints suite;
    private final HttpClient http;

    ServiceApi(SuiteEndpoints suite, HttpClient http) {
        this.suite = suite;
        this.http = http;
    }

    /** Uploads the first images of {@code photos}, several at a time; the ingest service has accepted all on return. */
    void upload(Photos photos, int count, String dataset) throws InterruptedException {
        Callers.each(UPLOADS_AT_A_TIME, count, (caller, i) -> {
            URI uri = URI.create(suite.ingest() + "/v1/datasets/" + dataset + "/images/" + photos.path(i));
            send(HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(BodyPublishers.ofByteArray(photos.bytes(i))));
        });
    }

    /** Embeds an image without storing it; milliseconds until the vector is there. */
    double embed(byte[] image) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        send(HttpRequest.newBuilder(URI.create(suite.embedding() + "/v1/embed"))
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(image)));
        return 1000 * Callers.seconds(begun);
    }

    /** What the worker runs: {@code id}, {@code execution_provider}, … */
    JsonNode activeModel() throws IOException, InterruptedException {
        byte[] answer = send(HttpRequest.newBuilder(URI.create(suite.embedding() + "/v1/models")));
        return new ObjectMapper().readTree(answer).path("active");
    }

    private byte[] send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request = builder.timeout(TIMEOUT).build();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri() + " answered " + response.statusCode());
        }
        return response.body();
    }
}
