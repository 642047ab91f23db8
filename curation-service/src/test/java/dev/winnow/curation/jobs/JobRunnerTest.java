package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.map.DatasetMap;
import dev.winnow.curation.map.MapMethod;
import dev.winnow.curation.tasks.ClusterTask;
import dev.winnow.curation.tasks.Clusters;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.tasks.MapTask;
import dev.winnow.curation.tasks.OutliersTask;
import dev.winnow.curation.tasks.TaskResult;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class JobRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Neighbours NEIGHBOURS = new Neighbours();
    /** Sixty images in three clusters. */
    private static final Snapshot SMALL =
            TestVectors.snapshot(TestVectors.clustered(new int[] {30, 20, 10}, 8, 0.2, 1));

    private final MemoryIndex index = new MemoryIndex(SMALL);
    private final MemoryMapStore maps = new MemoryMapStore();
    private final MemoryJobStore store = new MemoryJobStore();
    private final JobRunner runner = runner(index);

    private JobRunner runner(MemoryIndex over) {
        return new JobRunner(store, maps, new MemoryAdapterStore(), over.engine(NEIGHBOURS));
    }

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void runsAJobToItsResult() {
        UUID id = queue(new ClusterTask(3, 7L));
        runner.run(id);
        assertThat(store.get(id)).isInstanceOf(CurationJob.Succeeded.class);
        assertThat(store.result(id).report()).isInstanceOfSatisfying(Clusters.class, clusters -> {
            assertThat(clusters.k()).isEqualTo(3);
            assertThat(clusters.assignments()).hasSize(60);
        });
    }

    @Test
    void waitsForAServerThatDoesNotAnswer() {
        index.outages.set(2);
        UUID id = queue(new OutliersTask(5, 3, null));
        runner.run(id);
        assertThat(index.outages).hasValue(0);
        assertThat(store.get(id)).isInstanceOf(CurationJob.Succeeded.class);
    }

    @Test
    void waitsForTheStoreOfItsOwnStateToo() {
        UUID id = queue(new OutliersTask(5, 3, null));
        store.outages.set(2);
        runner.run(id);
        assertThat(store.get(id)).isInstanceOf(CurationJob.Succeeded.class);
    }

    @Test
    void aJobWhoseServiceDiedRunsAgainToTheSameResult() {
        UUID whole = queue(new ClusterTask(null, 3L));
        runner.run(whole);
        UUID interrupted = queue(new ClusterTask(null, 3L));
        CurationJob.Open queued = (CurationJob.Open) store.get(interrupted);
        store.save(queued.start(Instant.EPOCH).at("k-means", 0.4, 7, Pace.Estimate.UNKNOWN));
        runner.run(interrupted);
        Clusters first = (Clusters) store.result(whole).report();
        Clusters second = (Clusters) store.result(interrupted).report();
        // Only the way from the fit before is another one.
        assertThat(second.clusters()).isEqualTo(first.clusters());
        assertThat(second.assignments()).isEqualTo(first.assignments());
    }

    @Test
    void aFinishedJobIsLeftAlone() {
        UUID id = queue(new OutliersTask(5, 3, null));
        runner.run(id);
        TaskResult first = store.result(id);
        runner.run(id);
        assertThat(store.result(id)).isSameAs(first);
        runner.run(UUID.randomUUID());
    }

    @Test
    void keepsTheLastMap() {
        runner.run(queue(new MapTask(MapMethod.PCA, null, null, null, null)));
        assertThat(maps.find("d").orElseThrow().method()).isEqualTo(MapMethod.PCA);
        UUID id = queue(new MapTask(null, 5, null, 20, null));
        runner.run(id);
        assertThat(store.result(id).report())
                .isInstanceOfSatisfying(MapTask.MapReport.class, drawn -> assertThat(drawn.map())
                        .isSameAs(maps.find("d").orElseThrow()));
        DatasetMap map = maps.find("d").orElseThrow();
        assertThat(map.method()).isEqualTo(MapMethod.UMAP);
        assertThat(map.neighbours()).isEqualTo(5);
        assertThat(map.points()).hasSize(60);
    }

    @Test
    void doesNotBeginWhatNobodyWantsAnyMore() {
        UUID id = queue(new OutliersTask(5, 3, null));
        store.requestCancel(id);
        runner.run(id);
        assertCancelled(id);
    }

    @Test
    void stopsWhileAServerIsSilent() throws InterruptedException {
        CountDownLatch reading = silent();
        UUID id = queue(new OutliersTask(5, 3, null));
        Thread running = Thread.ofVirtual().start(() -> runner.run(id));
        reading.await();
        store.requestCancel(id);
        assertThat(running.join(LONG)).isTrue();
        assertCancelled(id);
    }

    @Test
    void stopsWhileItWaitsForAServer() throws InterruptedException {
        index.outages.set(Integer.MAX_VALUE);
        UUID id = queue(new OutliersTask(5, 3, null));
        Thread running = Thread.ofVirtual().start(() -> runner.run(id));
        await().atMost(LONG)
                .until(() -> store.get(id) instanceof CurationJob.Running job
                        && job.stage().startsWith("waiting"));
        store.requestCancel(id);
        assertThat(running.join(LONG)).isTrue();
        assertCancelled(id);
    }

    @Test
    void stopsWhileItComputesAndSaysHowFarItIs() throws InterruptedException {
        MemoryIndex large = new MemoryIndex(TestVectors.snapshot(TestVectors.random(20_000, 8, 5)));
        UUID id = queue(new ClusterTask(8_000, 1L));
        Thread running = Thread.ofVirtual().start(() -> runner(large).run(id));
        await().atMost(LONG)
                .until(() -> store.get(id) instanceof CurationJob.Running job
                        && job.progress() > 0.2
                        && job.elapsedSeconds() > 0);
        store.requestCancel(id);
        assertThat(running.join(LONG)).isTrue();
        assertCancelled(id);
        assertThat(store.get(id).progress()).isBetween(0.2, 0.99);
    }

    @Test
    void leavesTheJobToAnotherReplicaWhenTheServiceStops() throws InterruptedException {
        CountDownLatch reading = silent();
        UUID id = queue(new ClusterTask(3, 7L));
        FutureTask<Void> run = new FutureTask<>(() -> runner.run(id), null);
        Thread running = Thread.ofPlatform().start(run);
        reading.await();
        running.interrupt();
        // Not a normal end: that would acknowledge the job's record.
        assertThatThrownBy(run::get).hasCauseInstanceOf(CancellationException.class);
        assertThat(store.get(id)).isInstanceOf(CurationJob.Running.class);
        index.beforeImage = () -> {};
        runner.run(id);
        assertThat(store.get(id)).isInstanceOf(CurationJob.Succeeded.class);
    }

    @Test
    void whatNoRepetitionMendsFailsWithItsReason() {
        // The dataset shrank between submission and run.
        UUID id = queue(new ClusterTask(61, null));
        runner.run(id);
        assertThat(store.get(id)).isInstanceOfSatisfying(CurationJob.Failed.class, failed -> {
            assertThat(failed.error()).contains("k: expected 1 to 60, got 61");
            assertThat(failed.order().type()).isEqualTo("cluster");
        });
    }

    /** Makes the index answer nothing any more, as a server that hangs; the latch opens when it is first asked. */
    private CountDownLatch silent() {
        CountDownLatch asked = new CountDownLatch(1);
        index.beforeImage = () -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        };
        return asked;
    }

    private void assertCancelled(UUID id) {
        assertThat(store.get(id)).isInstanceOf(CurationJob.Cancelled.class);
        assertThat(store.hasResult(id)).isFalse();
    }

    private UUID queue(CurationTask task) {
        UUID id = UUID.randomUUID();
        store.save(new CurationJob.Queued(new CurationJob.Order(id, "d", task, Instant.EPOCH)));
        return id;
    }
}
