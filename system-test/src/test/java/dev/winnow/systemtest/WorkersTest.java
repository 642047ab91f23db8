package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.ImageId;
import dev.winnow.systemtest.Workers.Outcome;
import dev.winnow.systemtest.Workers.Worker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that come, go and are too many. */
class WorkersTest {

    /** What one poll of the worker gives at most ({@code max.poll.records}). */
    private static final int BATCH = 128;

    @Test
    void aTerminatedWorkerFinishesWhatItHasBegun(@TempDir Path data) throws Exception {
        try (Workers workers = new Workers(data, 2)) {
            // More than it takes in at a time.
            Set<ImageId> images = new HashSet<>(put(workers, "first", 450));
            images.addAll(put(workers, "second", 450));
            Worker first = workers.start();
            workers.awaitOutcomes(1);
            first.process().destroy();
            await("it is not ready any more").until(() -> !first.isReady());
            assertThat(first.process().waitFor(75, TimeUnit.SECONDS))
                    .as("ended")
                    .isTrue();

            // What has an outcome is committed, and nothing else is.
            List<Outcome> before = workers.allOutcomes();
            assertThat(before).hasSizeLessThan(images.size());
            Map<Integer, Long> ends = new HashMap<>();
            before.forEach(outcome -> ends.merge(outcome.partition(), outcome.cause() + 1, Math::max));
            assertThat(workers.committed()).isEqualTo(ends);

            workers.start();
            List<Outcome> all = workers.awaitOutcomes(images.size());
            assertEmbedded(all, images);
            assertThat(again(workers.allOutcomes()))
                    .hasSizeLessThanOrEqualTo(BATCH)
                    .isEmpty();
        }
    }

    @Test
    void moreWorkersThanPartitionsDoNoHarmAndTakeOver(@TempDir Path data) throws Exception {
        try (Workers workers = new Workers(data, 2)) {
            List<Worker> three = List.of(workers.start(), workers.start(), workers.start());
            workers.awaitShared();
            assertThat(workers.shares()).containsExactlyInAnyOrder(1, 1, 0);
            Set<ImageId> images = new HashSet<>(put(workers, "all", 200));
            workers.awaitOutcomes(200);
            assertEmbedded(workers.allOutcomes(), images);
            assertThat(again(workers.allOutcomes())).isEmpty();

            // Killed in the middle: at least one of the two has a partition.
            images.addAll(put(workers, "more", 200));
            workers.awaitOutcomes(201);
            three.get(0).process().destroyForcibly();
            three.get(1).process().destroyForcibly();
            workers.awaitOutcomes(400);
            assertEmbedded(workers.allOutcomes(), images);
            assertThat(three.get(2).process().isAlive()).isTrue();
            workers.awaitShared();
            assertThat(workers.shares()).containsExactly(2);
        }
    }

    /** Each of some of the sample's images once. */
    static Set<ImageId> put(Workers workers, String dataset, int count) throws Exception {
        Set<ImageId> images = new HashSet<>();
        for (SampleSet.Labelled image : SampleImages.truth().images().subList(0, count)) {
            images.add(workers.put(dataset + "/" + image.path(), SampleImages.read(image.path())));
        }
        return images;
    }

    private static void assertEmbedded(List<Outcome> outcomes, Set<ImageId> images) {
        assertThat(outcomes).allMatch(outcome -> outcome.event() instanceof ImageEmbedded);
        assertThat(outcomes.stream().map(Outcome::image).collect(Collectors.toSet()))
                .isEqualTo(images);
    }

    /** The images that have more than one outcome. */
    private static Set<ImageId> again(List<Outcome> outcomes) {
        Map<ImageId, Long> counts =
                outcomes.stream().collect(Collectors.groupingBy(Outcome::image, Collectors.counting()));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
