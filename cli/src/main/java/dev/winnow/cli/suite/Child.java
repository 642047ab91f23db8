package dev.winnow.cli.suite;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the suite, started again whenever it ends without having been told to. Its output goes to a log file.
 * A process that keeps dying is started at growing intervals.
 */
final class Child {

    /** Dying this often within {@link #WINDOW} is more than bad luck. */
    static final int MANY_DEATHS = 5;

    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final long LOG_LIMIT = 20_000_000;

    /** Told of every death that was not asked for. */
    interface DeathListener {
        void died(Child child, int exitCode, int deathsOfLate);
    }

    private final String name;
    private final List<String> command;
    private final Path log;
    private final DeathListener deathListener;
    private final Runnable startListener;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Deque<Instant> deaths = new ArrayDeque<>();
    private volatile @Nullable Process process;

    Child(String name, List<String> command, Path log, DeathListener deathListener, Runnable startListener) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.deathListener = deathListener;
        this.startListener = startListener;
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    /** Not synchronised: it is asked for while another child is being started. */
    @Nullable
    ProcessHandle handle() {
        Process current = process;
        return current == null ? null : current.toHandle();
    }

    /** Starts the process, and a thread that watches over it. */
    void start() throws IOException {
        Process first = launch();
        if (first != null) {
            Thread.ofVirtual().name("watch-" + name).start(() -> watch(first));
        }
    }

    /** From now on it may end without being started again. */
    void retire() {
        stopping.countDown();
    }

    /** Asks the process to end. */
    synchronized void terminate() {
        retire();
        Process current = process;
        if (current != null) {
            current.destroy();
        }
    }

    /** Waits for the end after {@link #terminate}, and makes it happen once {@code grace} has passed. */
    void awaitEnd(Duration grace) {
        Process last = process;
        if (last == null) {
            return;
        }
        try {
            if (last.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        last.destroyForcibly().onExit().join();
    }

    /** The last lines of the log, for a person who has to find out why. */
    List<String> lastLogLines(int count) {
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            Deque<String> last = new ArrayDeque<>();
            lines.forEach(line -> {
                last.addLast(line);
                if (last.size() > count) {
                    last.removeFirst();
                }
            });
            return new ArrayList<>(last);
        } catch (IOException e) {
            return List.of("(" + log + " cannot be read: " + e.getMessage() + ")");
        }
    }

    private void watch(Process first) {
        try {
            Process current = first;
            while (true) {
                int exitCode = current.waitFor();
                if (stopping.await(0, TimeUnit.MILLISECONDS)) {
                    return;
                }
                Process next = null;
                for (Duration pause = noteDeath(exitCode); next == null; pause = LONGEST_PAUSE) {
                    if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    next = launchIfPossible();
                }
                current = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how long to wait before the next start */
    private Duration noteDeath(int exitCode) {
        Instant now = Instant.now();
        deaths.removeIf(death -> death.isBefore(now.minus(WINDOW)));
        deaths.addLast(now);
        deathListener.died(this, exitCode, deaths.size());
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(deaths.size() - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Memory or file handles may be short just now: the next attempt may fare better. */
    private @Nullable Process launchIfPossible() {
        try {
            return launch();
        } catch (IOException e) {
            return null;
        }
    }

    /** @return null once the child has been told to stop */
    private synchronized @Nullable Process launch() throws IOException {
        if (stopping.getCount() == 0) {
            return null;
        }
        rotateLog();
        ProcessBuilder builder = new ProcessBuilder(detached(command))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        useUnicodeFileNames(builder.environment());
        // glibc gives every thread an arena of its own, which adds up to a hundred megabytes at rest.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        Process started = builder.start();
        process = started;
        startListener.run();
        return started;
    }

    private void rotateLog() throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Ctrl-C and a closing terminal reach every process of the foreground group at once. The children ignore both, a
     * setting that survives exec, and wait for their SIGTERM: so they can be stopped in order.
     */
    private static List<String> detached(List<String> command) {
        List<String> detached = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        detached.addAll(command);
        return detached;
    }

    /** In the POSIX locale a JVM cannot name files outside of ASCII, but the object store has to. */
    private static void useUnicodeFileNames(Map<String, String> environment) {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        if (!encoding.toUpperCase(Locale.ROOT).startsWith("UTF")) {
            environment.put("LC_ALL", "C.UTF-8");
        }
    }
}
