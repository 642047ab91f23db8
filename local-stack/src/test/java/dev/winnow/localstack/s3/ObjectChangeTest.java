package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectChangeTest {

    /** What a producer sends at most, by default. */
    private static final int LARGEST_RECORD = 1 << 20;

    @Test
    void the_largest_record_is_one_that_kafka_takes() throws Exception {
        // Six characters each in JSON.
        String key = "\u0001".repeat(1024);
        String type = "\u0001".repeat(20 << 10);
        StoredObject object = new StoredObject(
                key,
                1,
                1,
                "",
                0,
                Map.of(AttributesOf.CONTENT_TYPE, type),
                Map.of("a", "\u0001".repeat(2 << 10)),
                false);
        Change.Told change = new Change.ObjectStored(1, ObjectBlobStore.POST, "b".repeat(63), object, null);
        ObjectChange format = new ObjectChange(new S3Origin("access", "deployment", "http://localhost"));

        byte[] record = new ObjectMapper().writeValueAsBytes(format.recordValue(change));

        assertThat(record).hasSizeLessThan(LARGEST_RECORD / 3);
    }
}
