package dev.winnow.ingest.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Topic;
import dev.winnow.ingest.Announcements;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.RecordedEvents;
import dev.winnow.ingest.UnavailableException;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BucketEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-02T08:15:30Z");

    private final RecordedEvents events = new RecordedEvents();
    private final Announcements announcements = new Announcements();
    private final BucketEvents bucketEvents =
            new BucketEvents(events, announcements, config(), Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void turnsNotificationsIntoEventsInOrder() throws InterruptedException {
        bucketEvents.follow(batch(created("street/a+b%2Bc/%C3%A4.jpg"), """
                {"EventName":"s3:ObjectRemoved:Delete","Key":"winnow/street/a.jpg","Records":[{"eventName":"s3:ObjectRemoved:Delete",
                 "s3":{"bucket":{"name":"winnow"},"object":{"key":"street/a.jpg","sequencer":"18"}}}]}""", created("street/a.jpg")));
        assertThat(events.images)
                .containsExactly(
                        new ImageStored(new ObjectKey("street", "a b+c/ä.jpg"), "0cc1", 8083, NOW),
                        new ImageRemoved(new ObjectKey("street", "a.jpg"), NOW),
                        new ImageStored(new ObjectKey("street", "a.jpg"), "0cc1", 8083, NOW));
        assertThat(events.awaited).hasValue(3);
    }

    /** An upload is told by whoever took it in: the store's notification of it waits for that event and sends none. */
    @Test
    void sendsNoSecondEventForWhatWasToldAlready() throws InterruptedException {
        AtomicInteger awaited = new AtomicInteger();
        announcements.add(new ObjectKey("street", "a.jpg"), "0cc1", awaited::incrementAndGet);
        announcements.add(new ObjectKey("street", "b.jpg"), "other", awaited::incrementAndGet);
        announcements.add(new ObjectKey("street", "c.jpg"), "0cc1", awaited::incrementAndGet);
        bucketEvents.follow(batch(
                created("street/a.jpg"),
                created("street/b.jpg"),
                created("street/b.jpg"),
                removed("street/c.jpg"),
                created("street/c.jpg"),
                created("street/a.jpg")));
        assertThat(awaited).hasValue(1);
        assertThat(events.images)
                .extracting(ImageEvent::path)
                .containsExactly("b.jpg", "b.jpg", "c.jpg", "c.jpg", "a.jpg");
    }

    @Test
    void tellsWhatAnUploadFailedToTell() throws InterruptedException {
        announcements.add(new ObjectKey("street", "a.jpg"), "0cc1", () -> {
            throw new UnavailableException("the broker is down");
        });
        bucketEvents.follow(batch(created("street/a.jpg")));
        assertThat(events.images).extracting(ImageEvent::path).containsExactly("a.jpg");
    }

    @Test
    void deadLettersWhatItCannotUseAndGoesOn() throws InterruptedException {
        bucketEvents.follow(batch(
                "no json",
                "{}",
                "",
                created("street/%zz.jpg"),
                created("no-dataset.jpg"),
                created("Street/..%2F/a.jpg"),
                created("street/ok.jpg")));
        assertThat(events.images).extracting(ImageEvent::path).containsExactly("ok.jpg");
        assertThat(events.rejections)
                .extracting(rejected -> rejected.reason() + " " + rejected.dataset() + " " + rejected.path())
                .containsExactly(
                        "undecodable  winnow.bucket-events-0@0",
                        "undecodable  winnow.bucket-events-0@1",
                        "undecodable  winnow.bucket-events-0@2",
                        "undecodable  winnow.bucket-events-0@3",
                        "invalid-name  no-dataset.jpg",
                        "invalid-name Street ..//a.jpg");
        assertThat(events.rejections.get(4).image()).isEqualTo(ImageId.ofRawKey("no-dataset.jpg"));
        assertThat(events.rejections.get(4).etag()).isEqualTo("0cc1");
        assertThat(events.rejections).extracting(rejected -> rejected.image()).doesNotHaveDuplicates();
    }

    @Test
    void clearsTheFailureOfAnObjectWithoutANameWhenItIsRemoved() throws InterruptedException {
        bucketEvents.follow(batch(
                created("Street/a.jpg"),
                removed("Street/a.jpg"),
                created("no-dataset.jpg"),
                removed("no-dataset.jpg")));
        assertThat(events.images).isEmpty();
        assertThat(events.rejections).hasSize(2);
        assertThat(events.removals)
                .containsExactly(
                        new EmbeddingRemoved(ImageId.ofRawKey("Street/a.jpg"), "Street", "a.jpg", NOW, null),
                        new EmbeddingRemoved(ImageId.ofRawKey("no-dataset.jpg"), "", "no-dataset.jpg", NOW, null));
        assertThat(events.awaited).hasValue(4);
    }

    @Test
    void passesOverTheSuitesOwnObjectsAndOtherBuckets() throws InterruptedException {
        bucketEvents.follow(
                batch(created(".winnow/jobs/1.json"), created("street/a.jpg").replace("\"winnow\"", "\"elsewhere\"")));
        assertThat(events.images).isEmpty();
        assertThat(events.rejections).isEmpty();
    }

    @Test
    void waitsForABrokerAndThenTellsAll() throws InterruptedException {
        events.failures.set(3);
        bucketEvents.follow(batch(created("street/a.jpg"), created("street/b.jpg")));
        assertThat(events.images).extracting(ImageEvent::path).endsWith("a.jpg", "b.jpg");
    }

    @Test
    void leavesABatchUnacknowledgedWhenStoppedWhileWaiting() {
        events.failures.set(Integer.MAX_VALUE);
        bucketEvents.stop(new ShutdownEvent());
        assertThatThrownBy(() -> bucketEvents.follow(batch(created("street/a.jpg"))))
                .isInstanceOf(UnavailableException.class);
    }

    private static String created(String escapedKey) {
        return """
                {"EventName":"s3:ObjectCreated:Put","Key":"winnow/x","Records":[{"eventVersion":"2.0","eventSource":"minio:s3","eventName":"s3:ObjectCreated:Put",
                 "s3":{"s3SchemaVersion":"1.0","bucket":{"name":"winnow","arn":"arn:aws:s3:::winnow"},
                 "object":{"key":"%s","size":8083,"eTag":"0cc1","contentType":"image/jpeg"}}}]}""".replace("%s", escapedKey);
    }

    private static String removed(String escapedKey) {
        return created(escapedKey).replace("ObjectCreated:Put", "ObjectRemoved:Delete");
    }

    private static ConsumerRecords<String, byte[]> batch(String... values) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            records.add(new ConsumerRecord<>(Topic.BUCKET_EVENTS, 0, i, "key", values[i].getBytes(UTF_8)));
        }
        return new ConsumerRecords<>(Map.of(new TopicPartition(Topic.BUCKET_EVENTS, 0), records), Map.of());
    }

    private static IngestConfig config() {
        return new SmallRyeConfigBuilder()
                .withConverter(
                        io.quarkus.runtime.configuration.MemorySize.class,
                        100,
                        new io.quarkus.runtime.configuration.MemorySizeConverter())
                .withConverter(java.time.Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
                .withMapping(IngestConfig.class)
                .build()
                .getConfigMapping(IngestConfig.class);
    }
}
