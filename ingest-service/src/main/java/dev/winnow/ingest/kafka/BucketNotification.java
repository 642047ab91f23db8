package dev.winnow.ingest.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One change of one object, as MinIO tells Kafka of it: {@code {EventName, Key, Records: [...]}}, where keys are escaped as
 * in a query string (a space is a {@code +}), and size and entity tag are missing on removal.
 */
sealed interface BucketNotification {

    String bucket();

    String key();

    record Created(String bucket, String key, String etag, long bytes) implements BucketNotification {}

    record Removed(String bucket, String key) implements BucketNotification {}

    /**
     * Reads a record's value. Other events than creation and removal (tags, access) are left out.
     *
     * @throws IOException if it is not such a record
     */
    static List<BucketNotification> parse(byte[] value) throws IOException {
        List<BucketNotification> changes = new ArrayList<>();
        JsonNode records = Parser.JSON.readTree(value).path("Records");
        if (!records.isArray()) {
            throw new IOException("expected a JSON object with an array Records");
        }
        for (JsonNode record : records) {
            String event = text(record, "eventName").replaceFirst("^s3:", "");
            JsonNode s3 = record.path("s3");
            String bucket = text(s3.path("bucket"), "name");
            JsonNode object = s3.path("object");
            String key = unescape(text(object, "key"));
            if (event.startsWith("ObjectCreated:")) {
                String etag = text(object, "eTag").replace("\"", "");
                changes.add(new Created(bucket, key, etag, object.path("size").asLong()));
            } else if (event.startsWith("ObjectRemoved:")) {
                changes.add(new Removed(bucket, key));
            }
        }
        return changes;
    }

    private static String unescape(String key) throws IOException {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("expected an escaped key: " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IOException("expected a text " + field);
        }
        return value.textValue();
    }

    /** Holds the mapper, which an interface cannot hide. */
    final class Parser {
        private static final ObjectMapper JSON = new ObjectMapper();

        private Parser() {}
    }
}
