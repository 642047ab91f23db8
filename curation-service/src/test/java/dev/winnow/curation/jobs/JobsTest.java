package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.tasks.OutliersTask;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class JobsTest {

    private static final CurationConfig CONFIG = new SmallRyeConfigBuilder()
            .withMapping(CurationConfig.class)
            .withDefaultValue("winnow.jobs.per-dataset", "3")
            .build()
            .getConfigMapping(CurationConfig.class);

    private final MemoryIndex index = new MemoryIndex(TestVectors.snapshot(TestVectors.random(20, 4, 1)));
    private final MemoryJobStore store = new MemoryJobStore();
    private final List<UUID> queued = new ArrayList<>();
    private final Jobs jobs = jobs(job -> {
        synchronized (queued) {
            queued.add(job.order().id());
        }
    });

    private Jobs jobs(JobQueue queue) {
        return new Jobs(new Datasets(index, index, new DatasetLedger()), store, queue, CONFIG);
    }

    @Test
    void theSameQuestionIsTheSameJobUntilItIsAnswered() {
        UUID first = submit(1);
        assertThat(submit(1)).isEqualTo(first);
        assertThat(submit(2)).isNotEqualTo(first);
        CurationJob.Running running = ((CurationJob.Open) store.get(first)).start(Instant.now());
        store.save(running);
        assertThat(submit(1)).isEqualTo(first);
        store.save(running.succeed(Instant.now()));
        assertThat(submit(1)).isNotEqualTo(first);
        // What was asked for again is queued again: the service may have died before it was queued at all.
        assertThat(queued.stream().filter(first::equals)).hasSize(3);
    }

    @Test
    void isTheSameJobAlsoForTwoAtTheSameMoment() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<UUID>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(() -> submit(1)));
            }
            for (Future<UUID> each : all) {
                assertThat(each.get()).isEqualTo(all.getFirst().get());
            }
        }
    }

    @Test
    void aDatasetHasSoManyUnfinishedJobsAtMost() {
        UUID first = submit(1);
        UUID second = submit(2);
        UUID third = submit(3);
        assertThatThrownBy(() -> submit(4)).isInstanceOfSatisfying(TooManyJobsException.class, e -> {
            assertThat(e).hasMessageContaining("winnow.jobs.per-dataset").hasMessageContaining("DELETE");
            assertThat(e.open()).containsExactlyInAnyOrder(first, second, third);
        });
        assertThat(submit(3)).isEqualTo(third);
        jobs.cancel(second);
        assertThat(submit(4)).isNotNull();
        assertThat(jobs.list("d", 10, null).jobs()).hasSize(4);
    }

    @Test
    void whatCannotBeQueuedIsNotAccepted() {
        Jobs unlucky = jobs(job -> {
            throw new DependencyUnavailableException("Kafka", new IOException("down"));
        });
        assertThatThrownBy(() -> unlucky.submit("d", new OutliersTask(null, 1, null)))
                .isInstanceOf(DependencyUnavailableException.class);
        assertThat(store.open("d")).isEmpty();
    }

    @Test
    void aDatasetThatNeverWasHasNoList() {
        assertThatThrownBy(() -> jobs.list("nothing", 10, null)).isInstanceOf(NotFoundException.class);
        assertThat(jobs.list("d", 10, null).jobs()).isEmpty();
    }

    private UUID submit(int limit) {
        return jobs.submit("d", new OutliersTask(null, limit, null)).order().id();
    }
}
