package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The local stack and the three services as child processes, all started at once. A child that dies is started again; its
 * state is in the data folder, so nothing is lost by that. Closing stops the services first, then what they depend on.
 */
public final class Suite implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SERVICE_GRACE = Duration.ofSeconds(6);
    private static final Duration STACK_GRACE = Duration.ofMillis(3500);

    private final Installation installation;
    private final DataDirectory data;
    private final Worker worker;
    private final Terminal terminal;
    private final Endpoints endpoints;
    private final Child stack;
    private final Child embedding;
    private final List<Child> services;
    private final CompletableFuture<Child> hopeless = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Instant begun = Instant.now();
    private volatile Duration readyAfter = Duration.ZERO;
    private boolean closing;

    private Suite(Installation installation, DataDirectory data, Ports ports, Worker worker, Terminal terminal) {
        this.installation = installation;
        this.worker = worker;
        this.data = data;
        this.terminal = terminal;
        this.endpoints = Endpoints.of(ports);
        Commands commands = new Commands(installation, ports, worker);
        this.stack = child("local-stack", commands.localStack(data.path()));
        this.embedding = child("embedding", commands.embedding());
        this.services = List.of(child("ingest", commands.ingest()), embedding, child("curation", commands.curation()));
    }

    /**
     * Starts a suite and waits until every service is ready. It stops with this JVM, however that ends, short of SIGKILL.
     *
     * @param portBase as {@link Ports#from} takes it
     * @param temporary whether the data folder is to vanish with the suite
     * @throws Failure if something is in the way; nothing is left running then
     */
    public static Suite start(
            Installation installation, Path folder, boolean temporary, int portBase, Terminal terminal) throws Failure {
        // A folder that is made for one run has no choice of its own.
        Path chosen = temporary ? installation.defaultData() : folder;
        return start(installation, folder, temporary, portBase, Worker.chosen(chosen, installation), terminal);
    }

    /** The same with a worker that does not go by the data folder's choice. */
    public static Suite start(
            Installation installation, Path folder, boolean temporary, int portBase, Worker worker, Terminal terminal)
            throws Failure {
        DataDirectory data = DataDirectory.claim(folder, temporary);
        Suite suite;
        try {
            installation.check(worker.modelManifest());
            int leftovers = Leftovers.end(data.path());
            if (leftovers > 0) {
                terminal.line("Ended " + leftovers + " processes of a suite that was killed.");
            }
            suite = new Suite(installation, data, Ports.from(portBase), worker, terminal);
        } catch (Failure e) {
            data.close();
            throw e;
        } catch (IOException e) {
            data.close();
            throw new Failure("cannot use " + folder + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("stop-suite").unstarted(suite::close));
        try {
            suite.startAll();
            suite.awaitReady();
            return suite;
        } catch (Failure e) {
            suite.close();
            throw e;
        }
    }

    /** Where it answers. */
    public Endpoints endpoints() {
        return endpoints;
    }

    Installation installation() {
        return installation;
    }

    /** The model that was chosen for it. */
    ModelChoice model() {
        return worker.model();
    }

    /** The folder that holds its data. */
    public Path data() {
        return data.path();
    }

    /** The process that embeds; another one after it died. */
    public ProcessHandle worker() throws Failure {
        ProcessHandle handle = embedding.handle();
        if (handle == null) {
            throw new Failure("the embedding worker is not running");
        }
        return handle;
    }

    /** From the start of the first process until every service was ready. */
    public Duration readyAfter() {
        return readyAfter;
    }

    /** Waits until the suite has been closed. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /** Waits until the suite has been closed, or the time is over. */
    boolean awaitClosed(Duration time) throws InterruptedException {
        return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                awaitCloseByAnother();
                return;
            }
            closing = true;
        }
        if (!readyAfter.isZero()) {
            terminal.line("Stopping…");
        }
        try {
            // A signal may have reached all of them, not this process alone.
            stack.retire();
            services.forEach(Child::terminate);
            Instant limit = Instant.now().plus(SERVICE_GRACE);
            services.forEach(service -> service.awaitEnd(Duration.between(Instant.now(), limit)));
            stack.terminate();
            stack.awaitEnd(STACK_GRACE);
            Leftovers.forget(data.path());
            data.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + data.path(), e);
        } finally {
            closed.countDown();
        }
    }

    private void awaitCloseByAnother() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Child child(String name, List<String> command) {
        return new Child(name, command, data.log(name), this::died, this::noteChildren);
    }

    private void startAll() throws Failure {
        try {
            stack.start();
            for (Child service : services) {
                service.start();
            }
        } catch (IOException e) {
            throw new Failure("cannot start a process: " + e.getMessage(), e);
        }
    }

    private void died(Child child, int exitCode, int deathsOfLate) {
        if (readyAfter.isZero() && deathsOfLate >= Child.MANY_DEATHS) {
            hopeless.complete(child);
            return;
        }
        terminal.line(child.name() + " stopped (exit code " + exitCode + "); starting it again.");
    }

    private void noteChildren() {
        try {
            Leftovers.note(
                    data.path(),
                    Stream.concat(Stream.of(stack), services.stream())
                            .map(Child::handle)
                            .filter(Objects::nonNull)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot note the process ids in " + data.path(), e);
        }
    }

    private void awaitReady() throws Failure {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            String missing = firstNotReady(http);
            while (missing != null) {
                if (Duration.between(begun, Instant.now()).compareTo(READY_LIMIT) > 0) {
                    throw gaveUp(missing, "is not ready after " + READY_LIMIT.toSeconds() + " s");
                }
                Child lost = diedTooOften();
                if (lost != null) {
                    throw gaveUp(lost.name(), "died " + Child.MANY_DEATHS + " times within a minute");
                }
                missing = firstNotReady(http);
            }
            readyAfter = Duration.between(begun, Instant.now());
            endpoints.write(data.path());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted while starting", e);
        } catch (IOException e) {
            throw new Failure("cannot write " + data.path().resolve(Endpoints.FILE) + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Child diedTooOften() throws InterruptedException {
        try {
            return hopeless.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new AssertionError("completed with a value only", e);
        }
    }

    private @Nullable String firstNotReady(HttpClient http) throws InterruptedException {
        List<String> bases = List.of(endpoints.ingest(), endpoints.embedding(), endpoints.curation());
        for (int i = 0; i < bases.size(); i++) {
            if (!ready(http, bases.get(i))) {
                return services.get(i).name();
            }
        }
        return null;
    }

    private static boolean ready(HttpClient http, String base) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/q/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private Failure gaveUp(String name, String what) {
        Child child = stack.name().equals(name)
                ? stack
                : services.stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElse(stack);
        String lines = String.join(System.lineSeparator() + "    ", child.lastLogLines(15));
        return new Failure(
                String.format(Locale.ROOT, "%s %s; the end of its log %s:%n    %s", name, what, child.log(), lines));
    }
}
