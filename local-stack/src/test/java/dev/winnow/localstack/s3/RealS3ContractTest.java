package dev.winnow.localstack.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.winnow.localstack.TestServer;
import io.minio.MinioClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The same against MinIO: {@code WINNOW_TEST_S3}, or a container. What the topic is told is looked at with a container,
 * and otherwise where {@code WINNOW_TEST_KAFKA} gives the Kafka that the server's bucket notifies; see
 * CONTRIBUTING.md.
 */
@EnabledIf(value = "available", disabledReason = "neither WINNOW_TEST_S3 nor Docker")
class RealS3ContractTest extends S3ContractTest {

    static boolean available() {
        return TestServer.available("WINNOW_TEST_S3");
    }

    private static final String BUCKET = "winnow";

    private static @Nullable MinioWithEvents container;
    private static String endpoint = "";
    private static String accessKey = "";
    private static String secretKey = "";
    private static @Nullable BucketEvents events;

    @BeforeAll
    static void find() throws Exception {
        TestServer given = TestServer.given("WINNOW_TEST_S3").orElse(null);
        if (given == null) {
            container = new MinioWithEvents(BUCKET);
            endpoint = container.endpoint();
            accessKey = container.accessKey();
            secretKey = container.secretKey();
            events = container.events();
            return;
        }
        endpoint = given.endpoint();
        accessKey = given.user().isEmpty() ? variable("WINNOW_TEST_S3_ACCESS_KEY", "") : given.user();
        secretKey = given.password().isEmpty() ? variable("WINNOW_TEST_S3_SECRET_KEY", "") : given.password();
        MinioWithEvents.createMissing(S3Clients.of(endpoint, accessKey, secretKey), BUCKET);
        String kafka = variable("WINNOW_TEST_KAFKA", "");
        if (!kafka.isEmpty()) {
            events = new BucketEvents(kafka, variable("WINNOW_TEST_S3_TOPIC", "winnow.bucket-events"));
            events.of(BUCKET, "");
        }
    }

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    @AfterAll
    static void disconnect() {
        if (events != null) {
            events.close();
        }
        if (container != null) {
            container.close();
        }
    }

    @Override
    MinioClient client() {
        return S3Clients.of(endpoint, accessKey, secretKey);
    }

    @Override
    String endpoint() {
        return endpoint;
    }

    @Override
    String bucket() {
        return BUCKET;
    }

    @Override
    BucketEvents events() {
        assumeTrue(events != null, "WINNOW_TEST_KAFKA does not say which Kafka the bucket of WINNOW_TEST_S3 notifies");
        return java.util.Objects.requireNonNull(events);
    }

    @Override
    MinioClient stranger() {
        return S3Clients.of(endpoint, accessKey, "wrong-secret");
    }
}
