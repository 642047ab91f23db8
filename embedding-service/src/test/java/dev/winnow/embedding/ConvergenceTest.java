package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.image.Samples;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link EventStormTest} does with fakes, on the wire: while the worker is at work, and with its real order of things. */
@QuarkusTest
@QuarkusTestResource(Suite.class)
class ConvergenceTest {

    private static final int IMAGES = 30;
    private static final int OPERATIONS = 300;

    @Test
    void duplicatedReorderedLateAndLostEventsLeadToWhatTheBucketHolds() throws Exception {
        Random random = new Random(17);
        Map<String, String> objects = new HashMap<>();
        Outside outside = new Outside(Suite.running().stack());
        try {
            List<String> late = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                String key = "storm/" + random.nextInt(IMAGES);
                if (random.nextInt(4) == 0) {
                    outside.delete(key);
                    objects.remove(key);
                } else {
                    String name =
                            Samples.names().get(random.nextInt(Samples.names().size()));
                    objects.put(key, outside.put(key, Samples.file(name)));
                }
                switch (random.nextInt(4)) {
                    case 0 -> outside.announce(key);
                    case 1 -> late.add(key);
                    case 2 -> late.addAll(List.of(key, key));
                    default -> {
                        // Lost.
                    }
                }
                if (random.nextInt(10) == 0) {
                    Collections.shuffle(late, random);
                    for (String image : late) {
                        // Says that it was removed, or stored, whatever it was: nothing is believed but the bucket.
                        long offset = random.nextBoolean() ? outside.announce(image) : outside.announceRemoval(image);
                        assertThat(offset).isNotNegative();
                    }
                    late.clear();
                }
            }
            Map<String, Long> newest = new HashMap<>();
            for (int i = 0; i < IMAGES; i++) {
                newest.put("storm/" + i, outside.announce("storm/" + i));
            }
            for (Map.Entry<String, Long> event : newest.entrySet()) {
                String key = event.getKey();
                EmbeddingEvent outcome = await().atMost(Duration.ofSeconds(60))
                        .until(() -> outside.outcome(key, event.getValue()), Optional::isPresent)
                        .orElseThrow();
                assertThat(outcome.causeOffset()).as(key).isEqualTo(event.getValue());
                String etag = objects.get(key);
                if (etag == null) {
                    assertThat(outcome).as(key).isInstanceOf(EmbeddingRemoved.class);
                    assertThat(outside.point(key)).as(key).isEmpty();
                } else {
                    assertThat(outcome).as(key).isInstanceOfSatisfying(ImageEmbedded.class, embedded -> assertThat(
                                    embedded.etag())
                            .isEqualTo(etag));
                    assertThat(outside.point(key).orElseThrow().getPayloadMap())
                            .as(key)
                            .containsEntry(PointSchema.ETAG, ValueFactory.value(etag));
                }
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(outside.keys(".winnow/attempts/"))
                    .isEmpty());
        } finally {
            outside.close();
        }
    }
}
