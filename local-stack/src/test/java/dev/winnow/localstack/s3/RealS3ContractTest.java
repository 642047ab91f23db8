package dev.winnow.localstack.s3;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.SetBucketNotificationArgs;
import io.minio.messages.NotificationConfiguration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

@Testcontainers(disabledWithoutDocker = true)
class RealS3ContractTest extends S3ContractTest {

    private static final String TOPIC = "bucket-events";
    private static final Network NETWORK = Network.newNetwork();

    @Container
    private static final KafkaContainer KAFKA =
            new KafkaContainer("apache/kafka:4.1.0").withNetwork(NETWORK).withListener("kafka:19092");

    @Container
    private static final MinIOContainer MINIO = new MinIOContainer("minio/minio:RELEASE.2025-09-07T16-13-09Z")
            .withNetwork(NETWORK)
            .dependsOn(KAFKA)
            .withEnv("MINIO_NOTIFY_KAFKA_ENABLE_1", "on")
            .withEnv("MINIO_NOTIFY_KAFKA_BROKERS_1", "kafka:19092")
            .withEnv("MINIO_NOTIFY_KAFKA_TOPIC_1", TOPIC);

    private static MinioClient client = S3Clients.of("http://localhost", "before", "start");
    private static BucketEvents events = new BucketEvents("localhost:1", TOPIC);

    @BeforeAll
    static void connect() throws Exception {
        events.close();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.getBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        client = S3Clients.of(MINIO.getS3URL(), MINIO.getUserName(), MINIO.getPassword());
        client.makeBucket(MakeBucketArgs.builder().bucket("winnow").build());
        client.setBucketNotification(SetBucketNotificationArgs.builder()
                .bucket("winnow")
                .config(new NotificationConfiguration(
                        null,
                        List.of(new NotificationConfiguration.QueueConfiguration(
                                null,
                                "arn:minio:sqs::1:kafka",
                                List.of("s3:ObjectCreated:*", "s3:ObjectRemoved:*"),
                                null)),
                        null,
                        null))
                .build());
        events = new BucketEvents(KAFKA.getBootstrapServers(), TOPIC);
    }

    @AfterAll
    static void disconnect() {
        events.close();
    }

    @Override
    MinioClient client() {
        return client;
    }

    @Override
    String bucket() {
        return "winnow";
    }

    @Override
    BucketEvents events() {
        return events;
    }

    @Override
    MinioClient stranger() {
        return S3Clients.of(MINIO.getS3URL(), MINIO.getUserName(), "wrong-secret");
    }
}
