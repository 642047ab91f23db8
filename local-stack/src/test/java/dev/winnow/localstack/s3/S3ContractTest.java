package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.DeleteRequest;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the services rely on, of an S3 server that tells Kafka about its bucket. */
abstract class S3ContractTest {

    private final String folder = "contract-" + UUID.randomUUID();

    String folder() {
        return folder;
    }

    @Nested
    class Forms extends FormContract {
        Forms() {
            super(S3ContractTest.this);
        }
    }

    abstract MinioClient client();

    /** The server's URL. */
    abstract String endpoint();

    abstract String bucket();

    /** What the topic was told, see there. */
    abstract BucketEvents events();

    /** A client without the rights to the bucket. */
    abstract MinioClient stranger();

    private String put(String key, byte[] bytes) throws Exception {
        return client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                        .contentType("image/png")
                        .build())
                .etag();
    }

    private byte[] get(String key) throws Exception {
        try (var response = client().getObject(
                        GetObjectArgs.builder().bucket(bucket()).object(key).build())) {
            return response.readAllBytes();
        }
    }

    private List<String> list(String prefix) throws Exception {
        List<String> keys = new ArrayList<>();
        for (Result<Item> item : client().listObjects(ListObjectsArgs.builder()
                .bucket(bucket())
                .prefix(prefix)
                .recursive(true)
                .maxKeys(3)
                .build())) {
            keys.add(item.get().objectName());
        }
        return keys;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void an_object_is_read_back_whole_and_in_part() throws Exception {
        String key = folder + "/a.png";
        byte[] content = bytes(100_000);

        String eTag = put(key, content);

        assertThat(get(key)).isEqualTo(content);
        try (var part = client().getObject(GetObjectArgs.builder()
                .bucket(bucket())
                .object(key)
                .offset(10L)
                .length(5L)
                .build())) {
            assertThat(part.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(content, 10, 15));
        }
        var stat = client().statObject(
                        StatObjectArgs.builder().bucket(bucket()).object(key).build());
        assertThat(stat.size()).isEqualTo(100_000);
        assertThat(stat.etag()).isEqualTo(eTag.replace("\"", ""));
        assertThat(stat.contentType()).isEqualTo("image/png");
    }

    @Test
    void user_metadata_is_kept() throws Exception {
        String key = folder + "/metadata.png";
        client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(new byte[] {1}), 1L, -1L)
                .userMetadata(Map.of("origin", "camera-7"))
                .build());

        assertThat(client().statObject(StatObjectArgs.builder()
                                .bucket(bucket())
                                .object(key)
                                .build())
                        .userMetadata()
                        .getFirst("origin"))
                .isEqualTo("camera-7");
    }

    private static Map<String, String> metadata(int size) {
        // In two entries, by names of one character.
        return Map.of("a", "x".repeat(size / 2 - 1), "b", "y".repeat(size - size / 2 - 1));
    }

    private void assertTooLarge(org.assertj.core.api.ThrowableAssert.ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOfSatisfying(ErrorResponseException.class, e -> {
            assertThat(e.errorResponse().code()).isEqualTo("MetadataTooLarge");
            assertThat(e.response().code()).isEqualTo(400);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, 5000, 20_000})
    void metadata_is_limited(int size) throws Exception {
        String key = folder + "/metadata-" + size + ".png";
        put(folder + "/source.png", new byte[] {1});

        assertTooLarge(() -> client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(new byte[] {1}), 1L, -1L)
                .userMetadata(metadata(size))
                .build()));
        assertTooLarge(() -> client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(new byte[6 << 20]), -1L, 5L << 20)
                .userMetadata(metadata(size))
                .build()));
        assertTooLarge(() -> client().copyObject(CopyObjectArgs.builder()
                .bucket(bucket())
                .object(key)
                .source(SourceObject.builder()
                        .bucket(bucket())
                        .object(folder + "/source.png")
                        .build())
                .metadataDirective(io.minio.Directive.REPLACE)
                .userMetadata(metadata(size))
                .build()));
        assertThat(list(key)).isEmpty();
    }

    @Test
    void a_key_is_limited_in_removals_as_well() throws Exception {
        String key = "k".repeat(1025);
        assertThatThrownBy(() -> client().removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket())
                        .object(key)
                        .build()))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e -> assertThat(e.errorResponse().code()).isEqualTo("KeyTooLongError"));
        String beside = folder + "/beside.png";
        put(beside, new byte[] {1});
        List<String> failures = new ArrayList<>();
        for (var failure : client().removeObjects(RemoveObjectsArgs.builder()
                .bucket(bucket())
                .objects(List.of(new DeleteRequest.Object(key), new DeleteRequest.Object(beside)))
                .build())) {
            failures.add(failure.get().code());
        }
        assertThat(failures).containsExactly("KeyTooLongError");
        assertThat(list(beside)).isEmpty();
    }

    @Test
    void a_listing_is_in_key_order_across_pages() throws Exception {
        List<String> keys = new ArrayList<>();
        for (String name : List.of("b/1", "a/2", "c", "a/1", "b/0", "ä", "a/3", "z z")) {
            put(folder + "/list/" + name, new byte[] {1});
            keys.add(folder + "/list/" + name);
        }

        assertThat(list(folder + "/list/"))
                .containsExactlyElementsOf(keys.stream().sorted().toList());
    }

    @Test
    void a_large_object_arrives_in_parts() throws Exception {
        String key = folder + "/large.bin";
        byte[] content = bytes(12 << 20);
        client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(content), -1L, 5L << 20)
                .build());

        assertThat(get(key)).isEqualTo(content);
        JsonNode event = events().await(bucket(), key, "s3:ObjectCreated:CompleteMultipartUpload");
        assertThat(object(event).get("size").asLong()).isEqualTo(content.length);
        assertThat(object(event).get("eTag").asText()).endsWith("-3");
        assertThat(events().of(bucket(), key)).hasSize(1);
    }

    @Test
    void presigned_addresses_work_without_keys() throws Exception {
        String key = folder + "/presigned +ü.png";
        HttpClient http = HttpClient.newHttpClient();
        byte[] content = bytes(1000);

        var put = http.send(
                HttpRequest.newBuilder(URI.create(presigned(Http.Method.PUT, key)))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        var got = http.send(
                HttpRequest.newBuilder(URI.create(presigned(Http.Method.GET, key)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        var tampered = http.send(
                HttpRequest.newBuilder(URI.create(presigned(Http.Method.GET, key) + "0"))
                        .build(),
                HttpResponse.BodyHandlers.discarding());

        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(content);
        assertThat(tampered.statusCode()).isEqualTo(403);
        events().await(bucket(), key, "s3:ObjectCreated:Put");
    }

    private String presigned(Http.Method method, String key) throws Exception {
        return client().getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(method)
                .bucket(bucket())
                .object(key)
                .expiry(60, TimeUnit.SECONDS)
                .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain.png", "with space.png", "a+b.png", "a%2Fb.png", "ünï/图.png", "q?&=#.png", "tilde~*'().png"
            })
    void every_name_survives_exactly(String name) throws Exception {
        String key = folder + "/names/" + name;
        byte[] content = name.getBytes(StandardCharsets.UTF_8);

        String eTag = put(key, content);

        assertThat(get(key)).isEqualTo(content);
        assertThat(list(folder + "/names/")).contains(key);
        JsonNode event = events().await(bucket(), key, "s3:ObjectCreated:Put");
        assertThat(event.get("Key").asText()).isEqualTo(bucket() + "/" + key);
        JsonNode entry = event.get("Records").get(0);
        assertThat(entry.get("eventName").asText()).isEqualTo("s3:ObjectCreated:Put");
        assertThat(entry.get("eventSource").asText()).isEqualTo("minio:s3");
        assertThat(entry.at("/s3/bucket/name").asText()).isEqualTo(bucket());
        assertThat(URLDecoder.decode(object(event).get("key").asText(), StandardCharsets.UTF_8))
                .isEqualTo(key);
        assertThat(object(event).get("size").asLong()).isEqualTo(content.length);
        assertThat(object(event).get("eTag").asText()).isEqualTo(eTag.replace("\"", ""));
    }

    private static JsonNode object(JsonNode event) {
        return event.at("/Records/0/s3/object");
    }

    @Test
    void a_removal_and_a_copy_are_told() throws Exception {
        String from = folder + "/from.png";
        String to = folder + "/to.png";
        put(from, new byte[] {1, 2, 3});

        client().copyObject(CopyObjectArgs.builder()
                .bucket(bucket())
                .object(to)
                .source(SourceObject.builder().bucket(bucket()).object(from).build())
                .build());
        client().removeObject(
                        RemoveObjectArgs.builder().bucket(bucket()).object(from).build());

        assertThat(get(to)).containsExactly(1, 2, 3);
        events().await(bucket(), to, "s3:ObjectCreated:Copy");
        JsonNode removed = events().await(bucket(), from, "s3:ObjectRemoved:Delete");
        assertThat(object(removed).has("eTag")).isFalse();
        assertThat(object(removed).has("size")).isFalse();
        List<String> sequencers = events().of(bucket(), from).stream()
                .map(event -> object(event).get("sequencer").asText())
                .toList();
        assertThat(sequencers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void several_objects_are_removed_at_once() throws Exception {
        List<DeleteRequest.Object> objects = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String key = folder + "/bulk/" + i + " .png";
            put(key, new byte[] {1});
            objects.add(new DeleteRequest.Object(key));
        }
        for (var failure : client().removeObjects(RemoveObjectsArgs.builder()
                .bucket(bucket())
                .objects(objects)
                .build())) {
            throw new AssertionError(failure.get().toString());
        }

        assertThat(list(folder + "/bulk/")).isEmpty();
        for (int i = 0; i < 5; i++) {
            events().await(bucket(), folder + "/bulk/" + i + " .png", "s3:ObjectRemoved:Delete");
        }
    }

    @Test
    void what_is_not_there_is_said_so() {
        assertThatThrownBy(() -> get(folder + "/missing.png"))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e -> assertThat(e.errorResponse().code()).isEqualTo("NoSuchKey"));
    }

    @Test
    void a_stranger_is_refused() {
        assertThatThrownBy(() -> stranger()
                        .statObject(StatObjectArgs.builder()
                                .bucket(bucket())
                                .object(folder)
                                .build()))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e -> assertThat(e.errorResponse().code()).isEqualTo("AccessDenied"));
    }

    @Test
    void an_expired_address_and_a_wrong_signature_are_told_apart() throws Exception {
        String key = folder + "/expired.png";
        put(key, new byte[] {1});
        HttpClient http = HttpClient.newHttpClient();
        String url = client().getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(Http.Method.GET)
                .bucket(bucket())
                .object(key)
                .expiry(1, TimeUnit.SECONDS)
                .build());

        HttpResponse<String> expired = org.awaitility.Awaitility.await()
                .until(
                        () -> http.send(
                                HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()),
                        answer -> answer.statusCode() != 200);
        HttpResponse<String> tampered = http.send(
                HttpRequest.newBuilder(URI.create(presigned(Http.Method.GET, key) + "0"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(expired.statusCode()).isEqualTo(403);
        assertThat(expired.body()).contains("<Code>AccessDenied</Code>", "Request has expired");
        assertThat(tampered.statusCode()).isEqualTo(403);
        assertThat(tampered.body()).contains("<Code>SignatureDoesNotMatch</Code>");
    }

    @Test
    void a_condition_decides_who_creates_an_object() throws Exception {
        String key = folder + "/claimed.png";
        Map<String, String> claim = Map.of("If-None-Match", "*");
        client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(new byte[] {1}), 1L, -1L)
                .headers(claim)
                .build());

        assertThatThrownBy(() -> client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                                new ByteArrayInputStream(new byte[] {2}), 1L, -1L)
                        .headers(claim)
                        .build()))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e -> assertThat(e.errorResponse().code()).isEqualTo("PreconditionFailed"));
        assertThat(get(key)).containsExactly(1);
        events().await(bucket(), key, "s3:ObjectCreated:Put");
        assertThat(events().of(bucket(), key)).hasSize(1);
    }

    @Test
    void a_record_tells_of_type_and_metadata() throws Exception {
        String key = folder + "/told.png";
        client().putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                        new ByteArrayInputStream(new byte[] {1}), 1L, -1L)
                .contentType("image/png")
                .userMetadata(Map.of("origin", "camera-7"))
                .build());

        JsonNode event = events().await(bucket(), key, "s3:ObjectCreated:Put");
        assertThat(object(event).get("contentType").asText()).isEqualTo("image/png");
        assertThat(object(event).get("userMetadata").get("content-type").asText())
                .isEqualTo("image/png");
        assertThat(object(event).get("userMetadata").get("X-Amz-Meta-Origin").asText())
                .isEqualTo("camera-7");
        JsonNode entry = event.get("Records").get(0);
        assertThat(entry.at("/s3/configurationId").asText()).isEqualTo("Config");
        assertThat(entry.at("/s3/bucket/arn").asText()).isEqualTo("arn:aws:s3:::" + bucket());
        assertThat(entry.get("eventVersion").asText()).isEqualTo("2.0");
        assertThat(entry.at("/requestParameters/principalId").asText()).isNotEmpty();
        assertThat(entry.at("/responseElements/x-amz-request-id").asText()).isNotEmpty();
    }

    @Test
    void a_large_object_is_stored_from_a_single_request() throws Exception {
        byte[] content = bytes(40 << 20);
        String eTag = client().putObject(PutObjectArgs.builder().bucket(bucket()).object(folder + "/single.bin").stream(
                                new ByteArrayInputStream(content), (long) content.length, 64L << 20)
                        .build())
                .etag();
        assertThat(eTag.replace("\"", ""))
                .isEqualTo(java.util.HexFormat.of().formatHex(ObjectFiles.md5().digest(content)));
        assertThat(get(folder + "/single.bin")).isEqualTo(content);
    }

    @Test
    void the_removal_of_what_is_not_there_is_told_as_such() throws Exception {
        String key = folder + "/never.png";
        client().removeObject(
                        RemoveObjectArgs.builder().bucket(bucket()).object(key).build());

        events().await(bucket(), key, "s3:ObjectRemoved:NoOP");
        assertThat(events().of(bucket(), key)).hasSize(1);
    }
}
