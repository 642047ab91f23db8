package dev.winnow.localstack.s3;

import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import io.minio.MinioClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalS3ContractTest extends S3ContractTest {

    private final LocalStackProcess stack = SharedLocalStack.get();
    private final MinioClient client = S3Clients.of(stack.s3Endpoint(), stack.s3AccessKey(), stack.s3SecretKey());
    private final BucketEvents events = new BucketEvents(stack.kafka(), "winnow.bucket-events");

    @BeforeAll
    void follow() {
        events.of(bucket(), "");
    }

    @AfterAll
    void close() {
        events.close();
    }

    @Override
    MinioClient client() {
        return client;
    }

    @Override
    String endpoint() {
        return stack.s3Endpoint();
    }

    @Override
    String bucket() {
        return stack.bucket();
    }

    @Override
    BucketEvents events() {
        return events;
    }

    @Override
    MinioClient stranger() {
        return S3Clients.of(stack.s3Endpoint(), stack.s3AccessKey(), "wrong-secret");
    }
}
