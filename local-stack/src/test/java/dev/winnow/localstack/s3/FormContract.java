package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.MinioClient;
import io.minio.PostPolicy;
import io.minio.StatObjectArgs;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a browser may upload by a form with a signed policy. */
abstract class FormContract {

    private static final String BOUNDARY = "form-of-the-contract";

    private final S3ContractTest server;

    FormContract(S3ContractTest server) {
        this.server = server;
    }

    private PostPolicy policy(String prefix) {
        PostPolicy policy = new PostPolicy(
                server.bucket(), ZonedDateTime.now(java.time.ZoneOffset.UTC).plusMinutes(5));
        policy.addStartsWithCondition("key", prefix);
        policy.addStartsWithCondition("Content-Type", "image/");
        policy.addEqualsCondition("x-amz-meta-origin", "form");
        policy.addEqualsCondition("success_action_status", "201");
        policy.addContentLengthRangeCondition(3, 1000);
        return policy;
    }

    private Map<String, String> fields(String prefix) throws Exception {
        Map<String, String> fields = new HashMap<>(server.client().getPresignedPostFormData(policy(prefix)));
        fields.put("key", prefix + "${filename}");
        fields.put("Content-Type", "image/png");
        fields.put("x-amz-meta-origin", "form");
        fields.put("success_action_status", "201");
        return fields;
    }

    private HttpResponse<String> post(Map<String, String> fields, byte[] file) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (var field : fields.entrySet()) {
            form.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field.getKey()
                            + "\"\r\n\r\n" + field.getValue() + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes(("--" + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"dog.png\"\r\n"
                        + "Content-Type: image/png\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(file);
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.endpoint() + "/" + server.bucket()))
                                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Posts four bytes by a form with one field more, which the policy allows. */
    HttpResponse<String> postWith(String prefix, String name, String value) throws Exception {
        PostPolicy policy = new PostPolicy(
                server.bucket(), ZonedDateTime.now(java.time.ZoneOffset.UTC).plusMinutes(5));
        policy.addStartsWithCondition("key", prefix);
        if (value.length() < 100) {
            policy.addEqualsCondition(name, value);
        } else {
            policy.addStartsWithCondition(name, "");
        }
        Map<String, String> fields = new HashMap<>(server.client().getPresignedPostFormData(policy));
        fields.put("key", prefix + "any");
        fields.put(name, value);
        return post(fields, new byte[] {1, 2, 3, 4});
    }

    String prefix() {
        return server.folder() + "/form-" + java.util.UUID.randomUUID() + "/";
    }

    @Test
    void a_form_stores_what_its_policy_allows() throws Exception {
        String prefix = prefix();
        HttpResponse<String> answer = post(fields(prefix), new byte[] {1, 2, 3, 4});

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("<Key>" + prefix + "dog.png</Key>");
        MinioClient client = server.client();
        var stat = client.statObject(StatObjectArgs.builder()
                .bucket(server.bucket())
                .object(prefix + "dog.png")
                .build());
        assertThat(stat.size()).isEqualTo(4);
        assertThat(stat.contentType()).isEqualTo("image/png");
        assertThat(stat.userMetadata().getFirst("origin")).isEqualTo("form");
        server.events().await(server.bucket(), prefix + "dog.png", "s3:ObjectCreated:Post");
    }

    @Test
    void a_file_of_the_wrong_size_is_refused() throws Exception {
        HttpResponse<String> large = post(fields(prefix()), new byte[1001]);
        HttpResponse<String> small = post(fields(prefix()), new byte[2]);

        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.body()).contains("<Code>EntityTooLarge</Code>");
        assertThat(small.statusCode()).isEqualTo(400);
        assertThat(small.body()).contains("<Code>EntityTooSmall</Code>");
    }

    @Test
    void a_form_other_than_its_policy_is_refused() throws Exception {
        for (var change : Map.of("key", "elsewhere", "Content-Type", "text/html", "x-amz-meta-origin", "other")
                .entrySet()) {
            Map<String, String> fields = fields(prefix());
            fields.put(change.getKey(), change.getValue());
            HttpResponse<String> answer = post(fields, new byte[] {1, 2, 3, 4});
            assertThat(answer.statusCode()).as(change.getKey()).isEqualTo(403);
            assertThat(answer.body()).contains("<Code>AccessDenied</Code>");
        }
    }

    @Test
    void a_form_with_a_wrong_signature_is_refused() throws Exception {
        Map<String, String> fields = fields(prefix());
        fields.put("x-amz-signature", "0".repeat(64));
        HttpResponse<String> answer = post(fields, new byte[] {1, 2, 3, 4});

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("<Code>SignatureDoesNotMatch</Code>");
    }
}
