package dev.winnow.embedding.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the benchmark needs of a running suite's {@code endpoints.json}.
 *
 * @param ingest base URL, as is {@code embedding}
 * @param kafka bootstrap server
 */
record SuiteEndpoints(String ingest, String embedding, String kafka, S3 s3, Qdrant qdrant) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    record S3(String endpoint, String accessKey, String secretKey, String bucket) {}

    /** @param port of gRPC */
    record Qdrant(String host, int port) {}

    static SuiteEndpoints read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), SuiteEndpoints.class);
    }
}
