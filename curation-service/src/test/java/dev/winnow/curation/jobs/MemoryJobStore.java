package dev.winnow.curation.jobs;

import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.tasks.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Jobs in memory; fails as often as told before it answers. */
final class MemoryJobStore implements JobStore {

    final AtomicInteger outages = new AtomicInteger();

    private final Map<UUID, CurationJob> jobs = new ConcurrentHashMap<>();
    private final Map<UUID, TaskResult> results = new ConcurrentHashMap<>();
    private final Set<UUID> cancelled = new CopyOnWriteArraySet<>();

    private void answer() {
        if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new DependencyUnavailableException("the store", new IOException("down"));
        }
    }

    CurationJob get(UUID id) {
        return Objects.requireNonNull(jobs.get(id));
    }

    boolean hasResult(UUID id) {
        return results.containsKey(id);
    }

    TaskResult result(UUID id) {
        return Objects.requireNonNull(results.get(id));
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
    public List<CurationJob.Open> open(String dataset) {
        return jobs.values().stream()
                .filter(job -> job.order().dataset().equals(dataset))
                .filter(CurationJob.Open.class::isInstance)
                .map(CurationJob.Open.class::cast)
                .toList();
    }

    @Override
    public Page list(String dataset, int limit, @Nullable String after) {
        return new Page(
                jobs.values().stream()
                        .filter(job -> job.order().dataset().equals(dataset))
                        .sorted(Comparator.comparing(
                                        (CurationJob job) -> job.order().submittedAt())
                                .reversed())
                        .toList(),
                null);
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
        throw new AssertionError("not asked for");
    }
}
