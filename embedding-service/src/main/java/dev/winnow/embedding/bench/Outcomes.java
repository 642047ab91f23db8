package dev.winnow.embedding.bench;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Follows what the worker tells of images, both topics of it. */
final class Outcomes implements AutoCloseable {

    /** The worker's own waits are shorter. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread follower;
    private volatile boolean closed;
    private volatile @Nullable Expected expected;

    Outcomes(String kafka) {
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(Topic.EMBEDDINGS, Topic.IMAGES_DLQ)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(Outcomes::partition)
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Seeking is put off until it is needed; what comes from now on must not be missed.
        partitions.forEach(consumer::position);
        this.follower = Thread.ofPlatform().daemon().name("outcomes").start(this::follow);
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    /** Outcomes of a dataset that are waited for, each image once. */
    static final class Expected {

        private final String dataset;
        private final int images;
        private final Instant since = Instant.now();
        private final Set<ImageId> seen = new HashSet<>();
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch last = new CountDownLatch(1);
        private volatile int count;
        private volatile long lastAt = System.nanoTime();
        private volatile String rejected = "";

        private Expected(String dataset, int images) {
            this.dataset = dataset;
            this.images = images;
        }

        private void take(EmbeddingEvent event) {
            // What belongs to an earlier look at the same image is of no interest.
            if (!event.dataset().equals(dataset) || event.at().isBefore(since) || !seen.add(event.image())) {
                return;
            }
            if (event instanceof ImageRejected bad) {
                rejected = bad.path() + ": " + bad.detail();
            }
            lastAt = System.nanoTime();
            count = seen.size();
            first.countDown();
            if (count == images) {
                last.countDown();
            }
        }

        /** How many there have been. */
        int count() {
            return count;
        }

        boolean isComplete() {
            return last.getCount() == 0;
        }

        void awaitFirst() throws IOException, InterruptedException {
            await(first);
        }

        /**
         * Waits for the last one.
         *
         * @return when it came, in terms of {@link System#nanoTime}
         * @throws IOException if the worker falls silent, or rejects an image
         */
        long awaitLast() throws IOException, InterruptedException {
            await(last);
            if (!rejected.isEmpty()) {
                throw new IOException("the worker rejected " + rejected);
            }
            return lastAt;
        }

        private void await(CountDownLatch latch) throws IOException, InterruptedException {
            while (!latch.await(1, TimeUnit.SECONDS)) {
                if (System.nanoTime() - lastAt > PATIENCE.toNanos()) {
                    throw new IOException("the worker has told nothing for " + PATIENCE.toSeconds() + " s, after "
                            + count + " of " + images + " images");
                }
            }
        }
    }

    /** From now on, the outcomes of this dataset are counted. */
    Expected expect(String dataset, int images) {
        Expected next = new Expected(dataset, images);
        expected = next;
        return next;
    }

    private void follow() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Expected current = expected;
                    if (current != null) {
                        current.take(EventJson.read(record.value(), EmbeddingEvent.class));
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("no outcome of the worker", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
