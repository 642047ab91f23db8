package dev.winnow.cli.suite;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where a running suite answers; {@value #FILE} in its data folder holds it as JSON while the suite is ready.
 *
 * @param ingest base URL, as are {@code embedding} and {@code curation}
 * @param kafka bootstrap server
 */
public record Endpoints(String ingest, String embedding, String curation, String kafka, S3 s3, Qdrant qdrant) {

    /** The file's name. */
    public static final String FILE = "endpoints.json";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The object store and the keys to it, which are the same on every machine: it listens on the loopback only. */
    public record S3(
            String endpoint,
            @JsonProperty("access_key") String accessKey,
            @JsonProperty("secret_key") String secretKey,
            String bucket) {}

    /** The vector database: {@code port} speaks gRPC. */
    public record Qdrant(
            String host,
            int port,
            @JsonProperty("http_port") int httpPort) {}

    static Endpoints of(Ports ports) {
        return new Endpoints(
                "http://localhost:" + ports.ingest(),
                "http://localhost:" + ports.embedding(),
                "http://localhost:" + ports.curation(),
                "localhost:" + ports.kafka(),
                new S3("http://localhost:" + ports.s3(), "local-access", "local-secret", "winnow"),
                new Qdrant("localhost", ports.qdrant(), ports.qdrantHttp()));
    }

    /** Reads what the suite on {@code data} wrote. */
    public static Endpoints read(Path data) throws IOException {
        return JSON.readValue(data.resolve(FILE).toFile(), Endpoints.class);
    }

    /** Writes the file at once: a reader sees all of it or none. */
    void write(Path data) throws IOException {
        Path unfinished = data.resolve(FILE + ".new");
        JSON.writeValue(unfinished.toFile(), this);
        Files.move(unfinished, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
