package dev.winnow.localstack.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to one object, as MinIO tells it to Kafka.
 *
 * @param name as MinIO names it, e.g. {@code s3:ObjectCreated:Put}
 * @param eTag without quotes; absent for a removal
 * @param size in bytes; absent for a removal
 * @param sequencer upper-case hexadecimal; of two changes of one object the later one has the greater text
 */
record ObjectChange(
        String name,
        String bucket,
        String key,
        @Nullable String eTag,
        @Nullable Long size,
        Instant time,
        String sequencer) {

    static final String PUT = "s3:ObjectCreated:Put";
    static final String COPY = "s3:ObjectCreated:Copy";
    static final String COMPLETE_MULTIPART_UPLOAD = "s3:ObjectCreated:CompleteMultipartUpload";
    static final String DELETE = "s3:ObjectRemoved:Delete";

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** The record's key: bucket and key as they are, nothing escaped. */
    String recordKey() {
        return bucket + "/" + key;
    }

    /** The record's value, to be written as JSON. Inside the records the key is query-escaped, as MinIO does it. */
    Map<String, Object> recordValue() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(
                "key",
                URLEncoder.encode(key, StandardCharsets.UTF_8)
                        .replace("*", "%2A")
                        .replace("%7E", "~"));
        if (size != null) {
            object.put("size", size);
        }
        if (eTag != null) {
            object.put("eTag", eTag);
        }
        object.put("sequencer", sequencer);
        Map<String, Object> s3 = new LinkedHashMap<>();
        s3.put("s3SchemaVersion", "1.0");
        s3.put("configurationId", "Config");
        s3.put("bucket", Map.of("name", bucket, "arn", "arn:aws:s3:::" + bucket));
        s3.put("object", object);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("eventVersion", "2.0");
        entry.put("eventSource", "minio:s3");
        entry.put("awsRegion", "");
        entry.put("eventTime", MILLISECONDS.format(time));
        entry.put("eventName", name);
        entry.put("s3", s3);
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("EventName", name);
        value.put("Key", recordKey());
        value.put("Records", List.of(entry));
        return value;
    }
}
