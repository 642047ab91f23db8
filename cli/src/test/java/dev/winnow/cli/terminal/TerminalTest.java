package dev.winnow.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void rewritesOneLineForAPerson() {
        Terminal terminal = new Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);
        terminal.progress("intake", 0.1, "10 of 100");
        terminal.progress("intake", 0.2, "20 of 100");
        terminal.line("done");
        assertThat(printed())
                .contains("\r\033[K  intake")
                .endsWith("\r\033[Kdone\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void printsALinePerQuarterIntoAFile() {
        Terminal terminal = new Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
        for (int i = 0; i <= 100; i++) {
            terminal.progress("intake", i / 100.0, i + " of 100");
        }
        assertThat(printed().lines()).hasSize(5).allMatch(line -> !line.contains("\033"));
    }

    @Test
    void lettersOfOthersCannotMoveTheCursor() {
        assertThat(Terminal.printable("a\033[2Jb\nc\u202Ed é")).isEqualTo("a?[2Jb?c?d é");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
