package dev.winnow.embedding;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.Attempt.Try;
import dev.winnow.embedding.AttemptStore.Place;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images come, change and go while events about them are duplicated, reordered, late or lost and workers die, at random or of
 * an image. After one more event for each image everything is as the bucket holds it.
 */
class EventStormTest {

    private static final int PARTITIONS = 3;
    private static final int IMAGES = 14;
    private static final int OPERATIONS = 120;
    private static final byte[] DEADLY = Samples.file("grey.png");
    private static final List<byte[]> CONTENTS = List.of(
            Samples.file("plain.png"),
            Samples.file("plain.jpg"),
            Samples.file("palette.png"),
            "no image".getBytes(StandardCharsets.UTF_8),
            DEADLY);

    private final EmbedImagesTest.Bucket bucket = new EmbedImagesTest.Bucket();
    private final MemoryCollections collections = new MemoryCollections();
    private final EmbedImagesTest.Points points = collections.of("tiny-1");
    private final MemoryAttempts attempts = new MemoryAttempts();
    private final List<EmbeddingEvent> told = Collections.synchronizedList(new ArrayList<>());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PipelineMetrics metrics = new PipelineMetrics(meters);
    private final ImageEmbedder embedder = new ImageEmbedder(new MemoryBudget(1 << 20), metrics, 2);
    private final WinnowConfig config = WinnowConfigTest.with(
            Map.of("winnow.model.manifest", TestModels.path("tiny").toString()));

    /** The images topic: events by partition, and up to where they are committed. */
    private final List<List<ImageChange>> log = new ArrayList<>();

    private final int[] committed = new int[PARTITIONS];

    @AfterEach
    void close() {
        embedder.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void convergesToWhatTheBucketHolds(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < PARTITIONS; i++) {
            log.add(new ArrayList<>());
        }
        int deaths = 0;
        List<ImageChange> late = new ArrayList<>();
        for (int i = 0; i < OPERATIONS; i++) {
            operate(random, late);
            if (random.nextInt(12) == 0) {
                Collections.shuffle(late, random);
                late.forEach(this::send);
                late.clear();
                deaths += new Worker(random.nextInt(3) == 0, random.nextLong()).work() ? 1 : 0;
            }
        }
        for (int i = 0; i < IMAGES; i++) {
            send(change(key(i), "reconciled"));
        }
        while (new Worker(false, random.nextLong()).work()) {
            deaths++;
        }
        assertThat(deaths).isPositive();
        assertEverythingIsAsTheBucketHolds();
    }

    private void operate(Random random, List<ImageChange> late) {
        ObjectKey key = key(random.nextInt(IMAGES));
        if (random.nextInt(4) == 0) {
            bucket.objects.remove(key.toString());
        } else {
            bucket.put(key.toString(), CONTENTS.get(random.nextInt(CONTENTS.size())));
        }
        ImageChange event = change(key, bucket.etag(key).orElse(null));
        switch (random.nextInt(4)) {
            case 0 -> send(event);
            case 1 -> late.add(event);
            case 2 -> late.addAll(List.of(event, event));
            default -> {
                // Lost.
            }
        }
    }

    private void assertEverythingIsAsTheBucketHolds() {
        Map<ImageId, String> expected = new HashMap<>();
        Map<ImageId, Long> newest = new HashMap<>();
        log.forEach(events -> events.forEach(event -> newest.put(event.image(), event.offset())));
        Map<ImageId, EmbeddingEvent> outcomes = new TreeMap<>(java.util.Comparator.comparing(ImageId::value));
        told.forEach(outcome -> outcomes.put(outcome.image(), outcome));
        for (int i = 0; i < IMAGES; i++) {
            ImageId image = ImageId.of(key(i));
            byte[] content = bucket.objects.get(key(i).toString());
            EmbeddingEvent outcome = requireNonNull(outcomes.get(image));
            assertThat(outcome.causeOffset()).isEqualTo(newest.get(image));
            if (content == null) {
                assertThat(outcome).isInstanceOf(EmbeddingRemoved.class);
            } else if (Arrays.equals(content, DEADLY)) {
                assertThat(((ImageRejected) outcome).reason()).isEqualTo("kills-worker");
            } else if (content.length == 8) {
                assertThat(((ImageRejected) outcome).reason()).isEqualTo("unsupported-format");
            } else {
                assertThat(outcome).isInstanceOf(ImageEmbedded.class);
                expected.put(image, bucket.etag(key(i)).orElseThrow());
            }
        }
        Map<ImageId, String> found = new HashMap<>();
        points.known.forEach((image, point) -> found.put(image, point.etag()));
        assertThat(found).isEqualTo(expected);
        // Nothing that is no deadly image was ever taken for one.
        String deadly = deadlyEtag();
        assertThat(told)
                .filteredOn(outcome ->
                        outcome instanceof ImageRejected bad && bad.reason().equals("kills-worker"))
                .allSatisfy(
                        outcome -> assertThat(((ImageRejected) outcome).etag()).isEqualTo(deadly));
        assertThat(attempts.all()).isEmpty();
    }

    private void send(ImageChange event) {
        List<ImageChange> partition = log.get(event.partition());
        partition.add(new ImageChange(event.key(), event.etag(), event.partition(), partition.size(), event.at()));
    }

    private static ImageChange change(ObjectKey key, @Nullable String etag) {
        return new ImageChange(key, etag, Math.floorMod(key.hashCode(), PARTITIONS), -1, Instant.now());
    }

    private static ObjectKey key(int number) {
        return new ObjectKey("storm", "image-" + number);
    }

    private static String deadlyEtag() {
        EmbedImagesTest.Bucket one = new EmbedImagesTest.Bucket();
        one.put("storm/image-0", DEADLY);
        return one.etag(key(0)).orElseThrow();
    }

    /** One life of a worker: from what is committed to the end of the log, or to its death. */
    private final class Worker {

        private final boolean mortal;
        private final Random random;
        private final Set<Place> alone = new HashSet<>();
        /** In this life: what is not committed by then is done again, and told again in its order. */
        private final Set<ImageChange> done = Collections.synchronizedSet(new HashSet<>());

        private boolean doomed;
        private boolean dead;
        private final RunningModels models = new RunningModels(
                new ModelLibrary(config, new MemoryAdapters()), new Mortal(), embedder, meters, config);
        private final EmbedImages pipeline = new EmbedImages(
                bucket,
                models,
                new BoxLookup(new EmbedImagesTest.BoxBucket(), 0.1, System::nanoTime),
                withinLife(Outcomes.class, (Outcomes) told::addAll),
                new Attempts(withinLife(AttemptStore.class, attempts), embedder, Duration.ZERO),
                metrics,
                config);

        /** The collections of all lives, whose points take nothing from the dead. */
        private final class Mortal extends MemoryCollections {
            @Override
            public PointStore images(ModelManifest model) {
                return withinLife(PointStore.class, EventStormTest.this.points);
            }

            @Override
            public ObjectPointStore objects(ModelManifest model) {
                return EventStormTest.this.points.objects;
            }
        }

        /** @param mortal whether it also dies of other things than images */
        Worker(boolean mortal, long seed) {
            this.mortal = mortal;
            this.random = new Random(seed);
        }

        /**
         * What a dead process asks for has no effect. Whoever writes down that it tries a deadly image dies: at once if it
         * tries it alone, otherwise when no other image is alone in work, since it is not decoded before.
         */
        private <T> T withinLife(Class<T> port, T real) {
            return port.cast(
                    Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, arguments) -> {
                        synchronized (this) {
                            doomed |= mortal && random.nextInt(40) == 0;
                            dieIf(doomed && alone.isEmpty());
                            try {
                                boolean begins = begins(arguments);
                                Object result = method.invoke(real, arguments);
                                if (begins) {
                                    begun((Place) arguments[0], (Attempt) arguments[1]);
                                } else if (arguments != null && arguments[0] instanceof Place place) {
                                    // Erased, for all that this needs.
                                    alone.remove(place);
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    }));
        }

        /** Whether a try begins; what is left of the tries of others is written anew without that. */
        private boolean begins(Object @Nullable [] arguments) {
            return arguments != null
                    && arguments.length == 2
                    && arguments[0] instanceof Place place
                    && attempts.read(place).isEmpty();
        }

        private void begun(Place place, Attempt attempt) {
            boolean deadly = attempt.images().stream().anyMatch(this::isDeadly);
            doomed |= deadly;
            if (place.name().endsWith("-alone")) {
                alone.add(place);
                dieIf(deadly);
            }
            dieIf(doomed && alone.isEmpty());
        }

        private void dieIf(boolean now) {
            dead |= now;
            if (dead) {
                throw new CancellationException("dead");
            }
        }

        private boolean isDeadly(Try one) {
            return bucket.objects.entrySet().stream()
                    .anyMatch(object -> Arrays.equals(object.getValue(), DEADLY)
                            && ImageId.ofRawKey(object.getKey()).equals(one.image()));
        }

        /** @return whether it died */
        boolean work() throws InterruptedException {
            Turns turns = new Turns();
            List<Thread> batches = new ArrayList<>();
            int[] position = committed.clone();
            while (true) {
                List<ImageChange> batch = new ArrayList<>();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    List<ImageChange> events = log.get(partition);
                    int end = Math.min(events.size(), position[partition] + random.nextInt(6));
                    batch.addAll(events.subList(position[partition], end));
                    position[partition] = end;
                }
                if (batch.isEmpty() && allRead(position)) {
                    break;
                }
                if (batch.isEmpty()) {
                    continue;
                }
                Turns.Turn turn =
                        turns.take(batch.stream().map(ImageChange::image).collect(Collectors.toSet()));
                batches.add(Thread.ofVirtual().start(() -> process(batch, turn)));
                if (batches.size() % 3 == 0) {
                    batches.get(batches.size() - 3).join();
                }
            }
            for (Thread each : batches) {
                each.join();
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<ImageChange> events = log.get(partition);
                while (committed[partition] < events.size() && done.contains(events.get(committed[partition]))) {
                    committed[partition]++;
                }
            }
            models.close();
            return dead;
        }

        private boolean allRead(int[] position) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (position[partition] < log.get(partition).size()) {
                    return false;
                }
            }
            return true;
        }

        private void process(List<ImageChange> batch, Turns.Turn turn) {
            try (turn) {
                turn.await();
                pipeline.process(batch);
                done.addAll(batch);
            } catch (InterruptedException | RuntimeException e) {
                // It is dead; otherwise the assertions at the end find what is missing.
                assertThat(dead).as("%s", e).isTrue();
            }
        }
    }
}
