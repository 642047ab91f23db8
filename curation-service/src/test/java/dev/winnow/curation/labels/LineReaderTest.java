package dev.winnow.curation.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    /** Gives as few bytes at a time as it likes. */
    private static final class Trickle extends InputStream {
        private final ByteArrayInputStream in;
        private final Random random = new Random(1);

        Trickle(String text) {
            this.in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return in.read(into, offset, Math.min(length, 1 + random.nextInt(7)));
        }
    }

    @Test
    void linesAreNumberedAndBlankOnesPassedOver() throws IOException {
        assertThat(lines("a\n\n \t\r\nbü\r\nc")).containsExactly("1 a", "4 bü\r", "5 c");
        assertThat(lines("a\n")).containsExactly("1 a");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n\n")).isEmpty();
    }

    @Test
    void aLineThatIsTooLongIsNoneAndTheNextOneIs() throws IOException {
        String longest = "x".repeat(LineReader.MAX_BYTES);
        assertThat(lines(longest + "\n" + longest + "x\n" + "y".repeat(200_000) + "\nz\n"))
                .containsExactly("1 " + longest, "2 too long", "3 too long", "4 z");
    }

    @Test
    void whateverComesAtATimeItIsTheSame() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int line = 1; line <= 2_000; line++) {
            String next = "line".repeat(random.nextInt(60));
            text.append(next).append('\n');
            if (!next.isEmpty()) {
                expected.add(line + " " + next);
            }
        }
        assertThat(lines(text.toString())).isEqualTo(expected);
    }

    private static List<String> lines(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        LineReader reader = new LineReader(new Trickle(text));
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            byte[] bytes = line.text();
            lines.add(line.number() + " " + (bytes == null ? "too long" : new String(bytes, StandardCharsets.UTF_8)));
        }
        return lines;
    }
}
