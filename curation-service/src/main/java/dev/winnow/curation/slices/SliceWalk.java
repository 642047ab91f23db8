package dev.winnow.curation.slices;

import com.google.common.collect.Iterators;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.winnow.contract.ImageEvent;
import dev.winnow.curation.ImageEvents;
import dev.winnow.curation.Progress;
import dev.winnow.curation.objects.Concurrently;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something done with the file of every image of a slice, a part of them at a time: first in the bucket, then the events of
 * the part. Who dies in between does the part again, so whatever is done must bear that.
 */
final class SliceWalk {

    private static final int PART = 200;
    private static final int NAMED = 1_000;

    private final Map<BucketImages.Outcome, Long> counts = new EnumMap<>(BucketImages.Outcome.class);
    private final List<SliceProblem> problems = new ArrayList<>();
    private long problemCount;

    /**
     * What was done with one image.
     *
     * @param problem why nothing was done; empty otherwise
     * @param event what the worker is to hear of it
     */
    record Step(BucketImages.Outcome outcome, Optional<SliceProblem> problem, Optional<ImageEvent> event) {}

    void over(
            Slice slice,
            CloseableIterator<SlicedImage> images,
            String stage,
            Function<SlicedImage, Step> work,
            ImageEvents events,
            Progress progress) {
        long done = 0;
        progress.at(stage, 0);
        for (Iterator<List<SlicedImage>> parts = Iterators.partition(images, PART); parts.hasNext(); ) {
            List<SlicedImage> part = parts.next();
            wholly(() -> part(part, work, events));
            done += part.size();
            progress.at(stage, (double) done / Math.max(1, slice.images()));
        }
    }

    /** Tells also of what was done before something failed: nobody may ever begin this part again. */
    private void part(List<SlicedImage> part, Function<SlicedImage, Step> work, ImageEvents events) {
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        List<Step> steps = Concurrently.map(part, image -> attempt(image, work, failure)).stream()
                .flatMap(Optional::stream)
                .toList();
        steps.forEach(this::note);
        events.publish(steps.stream().flatMap(step -> step.event.stream()).toList());
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static Optional<Step> attempt(
            SlicedImage image, Function<SlicedImage, Step> work, AtomicReference<@Nullable RuntimeException> failure) {
        if (failure.get() != null) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.apply(image));
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            return Optional.empty();
        }
    }

    /** Does it to the end even if this thread is interrupted, which it is afterwards. */
    private static void wholly(Runnable work) {
        FutureTask<@Nullable Void> task = new FutureTask<>(work, null);
        Thread.ofVirtual().start(task);
        try {
            Uninterruptibles.getUninterruptibly(task);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
    }

    private void note(Step step) {
        counts.merge(step.outcome, 1L, Long::sum);
        step.problem.ifPresent(problem -> {
            problemCount++;
            if (problems.size() < NAMED) {
                problems.add(problem);
            }
        });
    }

    long count(BucketImages.Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    long problemCount() {
        return problemCount;
    }

    /** The first thousand. */
    List<SliceProblem> problems() {
        return List.copyOf(problems);
    }
}
