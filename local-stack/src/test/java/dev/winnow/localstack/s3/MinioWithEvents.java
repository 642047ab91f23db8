package dev.winnow.localstack.s3;

import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.SetBucketNotificationArgs;
import io.minio.messages.NotificationConfiguration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;

/** MinIO and the Kafka that one of its buckets notifies, in containers. */
final class MinioWithEvents implements AutoCloseable {

    private static final String TOPIC = "bucket-events";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka =
            new KafkaContainer("apache/kafka:4.1.0").withNetwork(network).withListener("kafka:19092");
    private final MinIOContainer minio = new MinIOContainer("minio/minio:RELEASE.2025-09-07T16-13-09Z")
            .withNetwork(network)
            .dependsOn(kafka)
            .withEnv("MINIO_NOTIFY_KAFKA_ENABLE_1", "on")
            .withEnv("MINIO_NOTIFY_KAFKA_BROKERS_1", "kafka:19092")
            .withEnv("MINIO_NOTIFY_KAFKA_TOPIC_1", TOPIC);

    MinioWithEvents(String bucket) throws Exception {
        kafka.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.getBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        minio.start();
        MinioClient client = S3Clients.of(endpoint(), accessKey(), secretKey());
        createMissing(client, bucket);
        client.setBucketNotification(SetBucketNotificationArgs.builder()
                .bucket(bucket)
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
    }

    static void createMissing(MinioClient client, String bucket) throws Exception {
        if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
            client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        }
    }

    String endpoint() {
        return minio.getS3URL();
    }

    String accessKey() {
        return minio.getUserName();
    }

    String secretKey() {
        return minio.getPassword();
    }

    BucketEvents events() {
        return new BucketEvents(kafka.getBootstrapServers(), TOPIC);
    }

    @Override
    public void close() {
        minio.stop();
        kafka.stop();
        network.close();
    }
}
