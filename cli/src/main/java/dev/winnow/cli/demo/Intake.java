package dev.winnow.cli.demo;

import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Takes a folder in: uploads in parallel, and waits until every stored image has been embedded or has failed. */
final class Intake {

    private static final int UPLOADS = 4;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration STUCK = Duration.ofMinutes(3);

    private final SuiteApi api;
    private final Terminal terminal;
    private final ImageFolder folder;
    private final String dataset;
    private final AtomicInteger stored = new AtomicInteger();
    private final Queue<Rejected> rejected = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

    Intake(SuiteApi api, Terminal terminal, ImageFolder folder, String dataset) {
        this.api = api;
        this.terminal = terminal;
        this.folder = folder;
        this.dataset = dataset;
    }

    /** A file that was not taken, and why. */
    record Rejected(String path, String reason) {}

    /**
     * What became of the folder.
     *
     * @param embedded images in the index
     * @param failed images the worker could not use
     * @param uploading until the last file was stored
     * @param total until the last image was searchable
     */
    record Outcome(
            int stored, List<Rejected> rejected, long embedded, long failed, Duration uploading, Duration total) {}

    Outcome run() throws Failure {
        Instant begun = Instant.now();
        Iterator<Path> files = folder.files().iterator();
        List<Thread> uploaders = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            uploaders.add(Thread.ofVirtual().name("upload-" + i).start(() -> upload(files)));
        }
        Duration uploading = Duration.ZERO;
        Instant lastStep = begun;
        long lastDone = -1;
        while (true) {
            Failure failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            boolean uploaded = uploaders.stream().noneMatch(Thread::isAlive);
            Duration elapsed = Duration.between(begun, Instant.now());
            if (uploaded && uploading.isZero()) {
                uploading = elapsed;
            }
            Results.Dataset counts = api.dataset(dataset);
            long done = counts.images() + counts.failed();
            show(counts, elapsed);
            if (uploaded && counts.pending() == 0 && done >= stored.get()) {
                return new Outcome(
                        stored.get(), sorted(rejected), counts.images(), counts.failed(), uploading, elapsed);
            }
            if (done + stored.get() != lastDone) {
                lastDone = done + stored.get();
                lastStep = Instant.now();
            } else if (Duration.between(lastStep, Instant.now()).compareTo(STUCK) > 0) {
                throw new Failure(counts.pending() + " images are still pending, without any progress for "
                        + STUCK.toMinutes() + " minutes; the services' logs say why");
            }
            api.pause(POLL);
        }
    }

    private void upload(Iterator<Path> files) {
        while (failure.get() == null) {
            Path file;
            synchronized (files) {
                if (!files.hasNext()) {
                    return;
                }
                file = files.next();
            }
            String path = ImageFolder.pathOf(file);
            try {
                api.put(dataset, path, folder.root().resolve(file))
                        .ifPresentOrElse(reason -> rejected.add(new Rejected(path, reason)), stored::incrementAndGet);
            } catch (IOException e) {
                rejected.add(new Rejected(path, "cannot be read: " + e.getMessage()));
            } catch (Failure e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    private void show(Results.Dataset counts, Duration elapsed) {
        int files = folder.files().size();
        int handled = stored.get() + rejected.size();
        long done = counts.images() + counts.failed();
        double share = (handled + Math.min(done, stored.get()) + rejected.size()) / (2.0 * files);
        terminal.progress(
                "intake",
                share,
                String.format(
                        Locale.ROOT,
                        "%d of %d uploaded, %d embedded, %d failed, %.0f images/s",
                        handled,
                        files,
                        counts.images(),
                        counts.failed() + rejected.size(),
                        counts.images() / Math.max(0.001, elapsed.toMillis() / 1000.0)));
    }

    private static List<Rejected> sorted(Queue<Rejected> rejected) {
        return rejected.stream()
                .sorted(java.util.Comparator.comparing(Rejected::path))
                .toList();
    }
}
