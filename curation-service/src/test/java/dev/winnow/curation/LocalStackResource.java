package dev.winnow.curation;

import dev.winnow.contract.Topic;
import dev.winnow.localstack.LocalStackProcess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real Kafka, S3 and Qdrant-wire server for the tests of this module, in a process of its own. */
public class LocalStackResource implements QuarkusTestResourceLifecycleManager {

    private @Nullable LocalStackProcess stack;

    @Override
    public Map<String, String> start() {
        List<String> arguments = new ArrayList<>();
        for (Topic topic : Topic.ALL) {
            arguments.add("--topic");
            arguments.add(topic.name() + ":" + topic.partitions() + ":" + (topic.compacted() ? "compact" : "delete"));
        }
        for (String port : List.of("kafka", "controller", "s3", "qdrant", "qdrant-http")) {
            arguments.add("--" + port + "-port");
            arguments.add("0");
        }
        try {
            Path data = Files.createTempDirectory("curation-test");
            LocalStackProcess started =
                    LocalStackProcess.start(Path.of(System.getProperty("suite.root")), data, arguments);
            stack = started;
            return Map.of(
                    "kafka.bootstrap.servers", started.kafka(),
                    "winnow.s3.endpoint", started.s3Endpoint(),
                    "winnow.s3.access-key", started.s3AccessKey(),
                    "winnow.s3.secret-key", started.s3SecretKey(),
                    "winnow.s3.bucket", started.bucket(),
                    "winnow.qdrant.host", started.qdrantHost(),
                    "winnow.qdrant.port", Integer.toString(started.qdrantPort()),
                    // Nothing listens there: a query by upload must say so.
                    "winnow.embedding.url", "http://localhost:1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (stack != null) {
            stack.close();
        }
    }
}
