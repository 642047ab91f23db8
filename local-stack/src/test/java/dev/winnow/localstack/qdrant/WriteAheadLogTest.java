package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {

    @TempDir
    private Path folder;

    private WriteAheadLog open(long checkpoint, List<String> replayed) throws IOException {
        return new WriteAheadLog(
                folder,
                checkpoint,
                (number, change) -> replayed.add(number + ":" + StandardCharsets.UTF_8.decode(change)));
    }

    private List<String> replayed(long checkpoint) throws IOException {
        List<String> replayed = new ArrayList<>();
        open(checkpoint, replayed).close();
        return replayed;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path newest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toFile().length() > 0)
                    .sorted()
                    .toList()
                    .getLast();
        }
    }

    private void write(String... changes) throws IOException {
        try (WriteAheadLog log = open(0, new ArrayList<>())) {
            for (String change : changes) {
                log.append(bytes(change));
            }
            log.force(log.last());
        }
    }

    @Test
    void what_is_after_the_checkpoint_is_replayed_in_order() throws IOException {
        write("a", "", "c");

        assertThat(replayed(0)).containsExactly("1:a", "2:", "3:c");
        assertThat(replayed(2)).containsExactly("3:c");
        assertThat(replayed(3)).isEmpty();
    }

    @Test
    void numbers_go_on_where_they_ended() throws IOException {
        write("a", "b");
        try (WriteAheadLog log = open(0, new ArrayList<>())) {
            assertThat(log.append(bytes("c"))).isEqualTo(3);
        }
        assertThat(replayed(0)).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    void a_change_that_was_cut_off_at_any_byte_is_as_if_it_never_was() throws IOException {
        write("first", "second");
        Path file = newest();
        byte[] whole = Files.readAllBytes(file);
        int second = whole.length - 16 - "second".length();
        for (int length = second; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(replayed(0)).as("%d of %d bytes", length, whole.length).containsExactly("1:first");
        }
    }

    @Test
    void after_a_torn_change_the_log_goes_on() throws IOException {
        write("first", "second");
        try (RandomAccessFile file = new RandomAccessFile(newest().toFile(), "rw")) {
            file.setLength(file.length() - 3);
        }
        try (WriteAheadLog log = open(0, new ArrayList<>())) {
            assertThat(log.append(bytes("other"))).isEqualTo(2);
        }
        assertThat(replayed(0)).containsExactly("1:first", "2:other");
    }

    @Test
    void zeros_and_noise_at_the_end_are_cut_off() throws IOException {
        write("first");
        Files.write(newest(), new byte[4096], StandardOpenOption.APPEND);
        assertThat(replayed(0)).containsExactly("1:first");
        Files.write(newest(), bytes("anything at all, longer than a header"), StandardOpenOption.APPEND);
        assertThat(replayed(0)).containsExactly("1:first");
    }

    @Test
    void a_changed_byte_is_noticed() throws IOException {
        write("first");
        try (RandomAccessFile file = new RandomAccessFile(newest().toFile(), "rw")) {
            file.seek(file.length() - 1);
            file.write('?');
        }
        assertThat(replayed(0)).isEmpty();
    }

    @Test
    void damage_before_later_changes_is_not_passed_over() throws IOException {
        try (WriteAheadLog log = open(0, new ArrayList<>())) {
            log.append(bytes("first"));
            log.roll();
            log.append(bytes("second"));
        }
        assertThat(replayed(0)).containsExactly("1:first", "2:second");
        Path oldest;
        try (Stream<Path> files = Files.list(folder)) {
            oldest = files.sorted().toList().getFirst();
        }
        try (RandomAccessFile file = new RandomAccessFile(oldest.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }
        assertThatThrownBy(() -> replayed(0)).isInstanceOf(IOException.class).hasMessageContaining("damaged at byte 0");
    }

    @Test
    void after_a_checkpoint_only_the_newest_file_is_left() throws IOException {
        try (WriteAheadLog log = open(0, new ArrayList<>())) {
            log.append(bytes("first"));
            log.roll();
            log.append(bytes("second"));
            log.deleteOlder();
            assertThat(log.bytes()).isEqualTo(16 + "second".length());
        }
        assertThat(folder).isDirectoryContaining("glob:**0000000000000002.log");
        assertThat(replayed(1)).containsExactly("2:second");
    }
}
