package dev.winnow.localstack.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gaul.s3proxy.checksum.FlexChecksum;

/** The record that MinIO would write to Kafka about a change. */
final class ObjectChange {

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final S3Origin origin;

    ObjectChange(S3Origin origin) {
        this.origin = origin;
    }

    /** The record's key: bucket and key as they are, nothing escaped. */
    static String recordKey(Change.Told change) {
        return change.bucket() + "/" + change.key();
    }

    /** The record's value, to be written as JSON. */
    Map<String, Object> recordValue(Change.Told change) {
        Map<String, Object> principal = Map.of("principalId", origin.accessKey());
        Map<String, Object> s3 = new LinkedHashMap<>();
        s3.put("s3SchemaVersion", "1.0");
        s3.put("configurationId", "Config");
        s3.put(
                "bucket",
                Map.of("name", change.bucket(), "ownerIdentity", principal, "arn", "arn:aws:s3:::" + change.bucket()));
        s3.put("object", object(change));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("eventVersion", "2.0");
        entry.put("eventSource", "minio:s3");
        entry.put("awsRegion", "");
        entry.put("eventTime", MILLISECONDS.format(Instant.ofEpochMilli(change.time())));
        entry.put("eventName", change.name());
        entry.put("userIdentity", principal);
        entry.put(
                "requestParameters",
                Map.of("principalId", origin.accessKey(), "region", "", "sourceIPAddress", "127.0.0.1"));
        entry.put(
                "responseElements",
                Map.of(
                        "x-amz-id-2", origin.deployment().replace("-", ""),
                        "x-amz-request-id", sequencer(change),
                        "x-minio-deployment-id", origin.deployment(),
                        "x-minio-origin-endpoint", origin.endpoint()));
        entry.put("s3", s3);
        entry.put("source", Map.of("host", "127.0.0.1", "port", "", "userAgent", ""));
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("EventName", change.name());
        value.put("Key", recordKey(change));
        value.put("Records", List.of(entry));
        return value;
    }

    private static Map<String, Object> object(Change.Told change) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("key", queryEscaped(change.key()));
        if (change instanceof Change.ObjectStored stored) {
            StoredObject content = stored.object();
            if (content.size() > 0) {
                // As Go leaves out what is zero.
                object.put("size", content.size());
            }
            object.put("eTag", content.eTag());
            String type = content.headers().getOrDefault(AttributesOf.CONTENT_TYPE, "application/octet-stream");
            object.put("contentType", type);
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put(AttributesOf.CONTENT_TYPE, type);
            content.metadata().forEach((name, text) -> {
                if (!name.startsWith(FlexChecksum.METADATA_PREFIX)) {
                    metadata.put("X-Amz-Meta-" + canonical(name), text);
                }
            });
            object.put("userMetadata", metadata);
        }
        object.put("sequencer", sequencer(change));
        return object;
    }

    /** Of two changes of one object the later one has the greater text. */
    private static String sequencer(Change.Told change) {
        return String.format("%016X", change.number());
    }

    /** As Go's {@code url.QueryEscape}. */
    private static String queryEscaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** A header's name as Go writes it: each word with a capital. */
    private static String canonical(String name) {
        StringBuilder words = new StringBuilder();
        for (String word : name.split("-", -1)) {
            words.append(words.isEmpty() ? "" : "-")
                    .append(word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT))
                    .append(word.isEmpty() ? "" : word.substring(1));
        }
        return words.toString();
    }
}
