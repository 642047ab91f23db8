package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import io.minio.MinioClient;
import io.minio.StatObjectArgs;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    /** As S3, where MinIO takes more. */
    @Test
    void fields_of_a_form_are_limited() throws Exception {
        FormContract forms = new Forms();
        HttpResponse<String> metadata = forms.postWith(forms.prefix(), "x-amz-meta-text", "x".repeat(2045));
        assertThat(metadata.statusCode()).isEqualTo(400);
        assertThat(metadata.body()).contains("<Code>MetadataTooLarge</Code>");
        for (int size : new int[] {20 << 10, 3 << 20}) {
            HttpResponse<String> answer = forms.postWith(forms.prefix(), "x-amz-meta-text", "x".repeat(size));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("<Code>MaxPostPreDataLengthExceededError</Code>");
        }
    }

    @Test
    void a_field_of_a_form_is_heeded_or_refused() throws Exception {
        FormContract forms = new Forms();
        String prefix = forms.prefix();
        String expires = "Wed, 21 Oct 2065 07:28:00 GMT";
        HttpResponse<String> answer = forms.postWith(prefix, "Expires", expires);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(client.statObject(StatObjectArgs.builder()
                                .bucket(bucket())
                                .object(prefix + "any")
                                .build())
                        .headers()
                        .get("Expires"))
                .isEqualTo(expires);
        assertThat(forms.postWith(prefix, "Expires", "tomorrow").statusCode()).isEqualTo(400);
        assertThat(forms.postWith(prefix, "x-amz-tagging", "a=b").statusCode()).isEqualTo(501);
        assertThat(forms.postWith(prefix, "Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
                        .body())
                .contains("<Code>BadDigest</Code>");
        assertThat(forms.postWith(prefix, "Content-MD5", "not base64").body()).contains("<Code>InvalidDigest</Code>");
    }
}
