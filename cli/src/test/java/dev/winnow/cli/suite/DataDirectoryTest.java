package dev.winnow.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path temp;

    @Test
    void isHadByOneAtATime() throws Exception {
        Path folder = temp.resolve("new/data");
        try (DataDirectory first = DataDirectory.claim(folder, false)) {
            assertThat(first.log("ingest").getParent()).isDirectory();
            assertThatThrownBy(() -> DataDirectory.claim(folder, false))
                    .isInstanceOf(Failure.class)
                    .hasMessage(folder + " is in use by another suite (process "
                            + ProcessHandle.current().pid() + ")");
        }
        DataDirectory.claim(folder, false).close();
        assertThat(folder).isDirectory();
    }

    @Test
    void isNoFile() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> DataDirectory.claim(file, false)).hasMessage(file + " is not a folder");
        assertThatThrownBy(() -> DataDirectory.claim(file.resolve("below"), false))
                .hasMessageStartingWith("cannot write to ");
    }

    @Test
    void vanishesIfItWasTemporary() throws Exception {
        Path folder = temp.resolve("scratch");
        DataDirectory.claim(folder, true).close();
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatAKilledSuiteLeftRunningIsEnded() throws Exception {
        Process orphan = new ProcessBuilder("sleep", "60").start();
        Leftovers.note(temp, List.of(orphan.toHandle()));
        assertThat(Leftovers.end(temp)).isEqualTo(1);
        assertThat(orphan.isAlive()).isFalse();
        assertThat(Leftovers.end(temp)).isZero();
    }

    @Test
    void aProcessThatOnlyHasTheSameIdIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(temp.resolve("children"), stranger.pid() + " 12345\nnonsense\n");
            assertThat(Leftovers.end(temp)).isZero();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }
}
