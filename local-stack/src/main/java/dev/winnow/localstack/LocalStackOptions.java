package dev.winnow.localstack;

import dev.winnow.localstack.kafka.TopicSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for. A port of 0 means any free one.
 *
 * @param qdrantApiKey what Qdrant's clients have to show; absent where none is asked for
 * @param bucketEventsTopic the topic that is told of every change in the bucket
 * @param topics created where missing, beside {@code bucketEventsTopic}
 */
record LocalStackOptions(
        Path data,
        int kafkaPort,
        int controllerPort,
        int s3Port,
        int qdrantPort,
        int qdrantHttpPort,
        @Nullable String qdrantApiKey,
        String bucket,
        String accessKey,
        String secretKey,
        String bucketEventsTopic,
        List<TopicSpec> topics) {

    LocalStackOptions {
        topics = List.copyOf(topics);
    }

    /**
     * Reads {@code --name value} pairs.
     *
     * @throws StartException when an option is unknown, repeated without sense or malformed
     */
    static LocalStackOptions parse(String... arguments) {
        @Nullable Path data = null;
        int kafkaPort = 9092;
        int controllerPort = 0;
        int s3Port = 9000;
        int qdrantPort = 6334;
        int qdrantHttpPort = 6333;
        @Nullable String qdrantApiKey = null;
        String bucket = "winnow";
        String accessKey = "local-access";
        String secretKey = "local-secret";
        String bucketEventsTopic = "winnow.bucket-events";
        List<TopicSpec> topics = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (i + 1 == arguments.length) {
                throw new StartException(name + " needs a value");
            }
            String value = arguments[i + 1];
            switch (name) {
                case "--data" -> data = Path.of(value);
                case "--kafka-port" -> kafkaPort = port(name, value);
                case "--controller-port" -> controllerPort = port(name, value);
                case "--s3-port" -> s3Port = port(name, value);
                case "--qdrant-port" -> qdrantPort = port(name, value);
                case "--qdrant-http-port" -> qdrantHttpPort = port(name, value);
                case "--qdrant-api-key" -> qdrantApiKey = value;
                case "--bucket" -> bucket = value;
                case "--access-key" -> accessKey = value;
                case "--secret-key" -> secretKey = value;
                case "--bucket-events-topic" -> bucketEventsTopic = value;
                case "--topic" -> topics.add(topic(value));
                default -> throw new StartException("unknown option " + name);
            }
        }
        if (data == null) {
            throw new StartException("--data DIR is missing: the folder everything is kept in");
        }
        return new LocalStackOptions(
                data.toAbsolutePath().normalize(),
                kafkaPort,
                controllerPort,
                s3Port,
                qdrantPort,
                qdrantHttpPort,
                qdrantApiKey,
                bucket,
                accessKey,
                secretKey,
                bucketEventsTopic,
                topics);
    }

    private static int port(String name, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below, as any other value that is no port.
        }
        throw new StartException(name + " must be a port from 0 to 65535, not " + value);
    }

    private static TopicSpec topic(String value) {
        try {
            return TopicSpec.parse(value);
        } catch (IllegalArgumentException e) {
            throw new StartException("--topic " + value + ": " + e.getMessage(), e);
        }
    }
}
