package dev.winnow.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    @TempDir
    private Path folder;

    private final AtomicInteger deaths = new AtomicInteger();
    private @Nullable Child child;

    @AfterEach
    void stop() {
        if (child != null) {
            child.terminate();
            child.awaitEnd(Duration.ofSeconds(2));
        }
    }

    @Test
    void isStartedAgainAfterAKill() throws Exception {
        Child sleeper = started("exec sleep 60");
        ProcessHandle first = Objects.requireNonNull(sleeper.handle());
        first.destroyForcibly();
        await().until(() -> {
            ProcessHandle now = Objects.requireNonNull(sleeper.handle());
            return now.isAlive() && now.pid() != first.pid();
        });
        assertThat(deaths).hasValue(1);
    }

    @Test
    void staysDownOnceItHasBeenToldToStop() throws Exception {
        Child sleeper = started("exec sleep 60");
        ProcessHandle process = Objects.requireNonNull(sleeper.handle());
        sleeper.terminate();
        sleeper.awaitEnd(Duration.ofSeconds(5));
        assertThat(process.isAlive()).isFalse();
        assertThat(deaths).hasValue(0);
    }

    @Test
    void endsOneThatWillNotListen() throws Exception {
        Child stubborn = started("trap '' TERM; echo deaf; while :; do sleep 0.1; done");
        await().until(() ->
                Files.exists(stubborn.log()) && Files.readString(stubborn.log()).contains("deaf"));
        ProcessHandle process = Objects.requireNonNull(stubborn.handle());
        stubborn.terminate();
        stubborn.awaitEnd(Duration.ofMillis(300));
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void countsHowOftenItDiesOfLateAndKeepsItsLastWords() throws Exception {
        Child dying = started("echo one; echo two; exit 3");
        await().until(() -> deaths.get() >= 3);
        assertThat(dying.lastLogLines(2)).containsExactly("one", "two");
    }

    private Child started(String script) throws Exception {
        Child started = new Child(
                "test",
                List.of("/bin/sh", "-c", script),
                folder.resolve("test.log"),
                (which, exitCode, deathsOfLate) -> deaths.set(deathsOfLate),
                () -> {});
        child = started;
        started.start();
        return started;
    }
}
