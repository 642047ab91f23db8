package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.clusters.MemoryClusterFits;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.tasks.ClusterTask;
import dev.winnow.curation.tasks.Clusters;
import dev.winnow.curation.tasks.CurationEngine;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.tasks.OutliersTask;
import dev.winnow.curation.tasks.TaskResult;
import dev.winnow.curation.vectors.Neighbours;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class JobRunnerTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final CurationConfig CONFIG = new SmallRyeConfigBuilder()
            .withMapping(CurationConfig.class)
            .build()
            .getConfigMapping(CurationConfig.class);

    private final MemoryIndex index = new MemoryIndex();
    private final MemoryStore store = new MemoryStore();
    private final JobRunner runner = new JobRunner(
            store, new CurationEngine(index, new DatasetLedger(), NEIGHBOURS, new MemoryClusterFits(), CONFIG));

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void runsAJobToItsResult() {
        UUID id = queue(new ClusterTask(3, 7L));
        runner.run(id);
        assertThat(store.find(id)).containsInstanceOf(CurationJob.Succeeded.class);
        assertThat(result(id).report()).isInstanceOfSatisfying(Clusters.class, clusters -> {
            assertThat(clusters.k()).isEqualTo(3);
            assertThat(clusters.assignments()).hasSize(60);
        });
    }

    @Test
    void waitsForAServerThatDoesNotAnswer() {
        index.outages = 2;
        UUID id = queue(new OutliersTask(5, 3, null));
        runner.run(id);
        assertThat(index.outages).isZero();
        assertThat(store.find(id)).containsInstanceOf(CurationJob.Succeeded.class);
    }

    @Test
    void waitsForTheStoreOfItsOwnStateToo() {
        UUID id = queue(new OutliersTask(5, 3, null));
        store.outages = 2;
        runner.run(id);
        assertThat(store.find(id)).containsInstanceOf(CurationJob.Succeeded.class);
    }

    @Test
    void aJobWhoseServiceDiedRunsAgainToTheSameResult() {
        UUID whole = queue(new ClusterTask(null, 3L));
        runner.run(whole);
        UUID interrupted = queue(new ClusterTask(null, 3L));
        CurationJob.Queued queued = (CurationJob.Queued) store.find(interrupted).orElseThrow();
        store.save(queued.start(Instant.EPOCH).at("k-means", 0.4));
        runner.run(interrupted);
        Clusters first = (Clusters) result(whole).report();
        Clusters second = (Clusters) result(interrupted).report();
        // Only the way from the fit before is another one.
        assertThat(second.clusters()).isEqualTo(first.clusters());
        assertThat(second.assignments()).isEqualTo(first.assignments());
    }

    @Test
    void aFinishedJobIsLeftAlone() {
        UUID id = queue(new OutliersTask(5, 3, null));
        runner.run(id);
        TaskResult first = result(id);
        runner.run(id);
        assertThat(result(id)).isSameAs(first);
        runner.run(UUID.randomUUID());
    }

    @Test
    void stopsWhenAsked() {
        UUID id = queue(new OutliersTask(5, 3, null));
        store.requestCancel(id);
        runner.run(id);
        assertThat(store.find(id)).containsInstanceOf(CurationJob.Cancelled.class);
        assertThat(store.results).doesNotContainKey(id);
    }

    @Test
    void whatNoRepetitionMendsFailsWithItsReason() {
        // The dataset shrank between submission and run.
        UUID id = queue(new ClusterTask(61, null));
        runner.run(id);
        assertThat(store.find(id)).get().isInstanceOfSatisfying(CurationJob.Failed.class, failed -> assertThat(
                        failed.error())
                .contains("k: expected 1 to 60, got 61"));
    }

    private UUID queue(CurationTask task) {
        UUID id = UUID.randomUUID();
        store.save(new CurationJob.Queued(new CurationJob.Order(id, "d", task, Instant.EPOCH)));
        return id;
    }

    private TaskResult result(UUID id) {
        return Objects.requireNonNull(store.results.get(id));
    }

    /** Sixty images in three clusters; fails as often as told before it answers. */
    private static final class MemoryIndex implements VectorIndex {
        private final Snapshot snapshot =
                TestVectors.snapshot(TestVectors.clustered(new int[] {30, 20, 10}, 8, 0.2, 1));
        private int outages;

        @Override
        public Optional<String> model() {
            return Optional.of("m");
        }

        @Override
        public Optional<VectorIndex> of(String model) {
            return Optional.of(this);
        }

        @Override
        public ObjectIndex objects() {
            throw new UnsupportedOperationException("no job is about boxes");
        }

        @Override
        public int dimension() {
            return 8;
        }

        @Override
        public SortedMap<String, Long> datasets() {
            return new TreeMap<>(Map.of("d", 60L));
        }

        @Override
        public long count(String dataset, Filter filter) {
            if (outages > 0) {
                outages--;
                throw new DependencyUnavailableException("the index", new IOException("down"));
            }
            return snapshot.size();
        }

        @Override
        public Optional<Embedded> find(String dataset, ImageId id) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public List<Embedded> embedded(String dataset, Collection<ImageId> ids) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public List<ImageId> existing(String dataset, Collection<ImageId> ids) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public List<DatasetImage> images(String dataset, Collection<ImageId> ids) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public List<Hit> nearest(
                String dataset, float[] vector, Filter filter, int limit, @Nullable ImageId exclude, boolean exact) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
            throw new AssertionError("not asked for by jobs");
        }

        @Override
        public void scan(String dataset, Filter filter, Consumer<Embedded> consumer) {
            for (int row = 0; row < snapshot.size(); row++) {
                consumer.accept(
                        new Embedded(snapshot.image(row), snapshot.vectors().get(row)));
            }
        }

        @Override
        public void apply(String dataset, List<Change> changes) {
            throw new AssertionError("not asked for by jobs");
        }
    }

    /** Jobs in memory; fails as often as told before it answers. */
    private static final class MemoryStore implements JobStore {
        private final Map<UUID, CurationJob> jobs = new HashMap<>();
        private final Map<UUID, TaskResult> results = new HashMap<>();
        private final List<UUID> cancelled = new ArrayList<>();
        private int outages;

        private void answer() {
            if (outages > 0) {
                outages--;
                throw new DependencyUnavailableException("the store", new IOException("down"));
            }
        }

        @Override
        public void save(CurationJob job) {
            answer();
            jobs.put(job.order().id(), job);
        }

        @Override
        public Optional<CurationJob> find(UUID id) {
            answer();
            return Optional.ofNullable(jobs.get(id));
        }

        @Override
        public void requestCancel(UUID id) {
            cancelled.add(id);
        }

        @Override
        public boolean isCancelRequested(UUID id) {
            return cancelled.contains(id);
        }

        @Override
        public void saveResult(UUID id, TaskResult result) {
            results.put(id, result);
        }

        @Override
        public Optional<InputStream> openResult(UUID id) {
            throw new AssertionError("not asked for by the runner");
        }
    }
}
