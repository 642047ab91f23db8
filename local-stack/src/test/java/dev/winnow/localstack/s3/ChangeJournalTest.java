package dev.winnow.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill or a full disk leaves of the journal, and what is made of it. */
class ChangeJournalTest {

    @TempDir
    private Path folder;

    private List<Change.Told> open(long toldUpTo, Work work) throws IOException {
        List<Change.Told> told = new ArrayList<>();
        try (ObjectStore store = ObjectStore.open(folder, "bucket", toldUpTo, told::add)) {
            work.with(store);
        }
        return told;
    }

    private interface Work {
        void with(ObjectStore store) throws IOException;
    }

    private static void put(ObjectStore store, String key, String content) throws IOException {
        var written = store.files()
                .write(new ByteArrayInputStream(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        var unused = store.store(
                "s3:ObjectCreated:Put",
                "bucket",
                key,
                written,
                written.md5(),
                new Attributes(Map.of(), Map.of(), false),
                Condition.NONE,
                null);
    }

    private static void two(ObjectStore store) throws IOException {
        store.create("bucket", "private");
        put(store, "first", "1");
        put(store, "second", "22");
    }

    @Test
    void a_line_cut_off_anywhere_is_as_if_it_had_not_begun() throws Exception {
        open(0, ChangeJournalTest::two);
        byte[] whole = Files.readAllBytes(folder.resolve("journal"));
        int lastLine = new String(whole, java.nio.charset.StandardCharsets.UTF_8)
                        .trim()
                        .lastIndexOf('\n')
                + 1;
        for (int length = lastLine; length < whole.length; length++) {
            Files.write(folder.resolve("journal"), java.util.Arrays.copyOf(whole, length));
            List<Change.Told> told = open(0, store -> {
                assertThat(store.find("bucket", "first")).isNotNull();
                assertThat(store.find("bucket", "second")).isNull();
            });
            assertThat(told).extracting(Change.Told::key).containsExactly("first");
            assertThat(Files.size(folder.resolve("journal"))).isEqualTo(lastLine);
        }
        // And goes on from there.
        open(0, store -> put(store, "third", "333"));
        assertThat(open(0, store -> assertThat(store.get("bucket", "third").size())
                        .isEqualTo(3)))
                .extracting(Change.Told::key)
                .containsExactly("first", "third");
    }

    @Test
    void a_last_line_of_zeros_as_a_power_cut_leaves_it_is_cut_away() throws Exception {
        open(0, ChangeJournalTest::two);
        Files.write(folder.resolve("journal"), new byte[4096], StandardOpenOption.APPEND);
        open(0, store -> assertThat(store.find("bucket", "second")).isNotNull());
    }

    @Test
    void damage_in_the_middle_is_not_passed_over() throws Exception {
        open(0, ChangeJournalTest::two);
        byte[] bytes = Files.readAllBytes(folder.resolve("journal"));
        bytes[3] = '#';
        Files.write(folder.resolve("journal"), bytes);
        assertThatThrownBy(() -> open(0, store -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("journal is damaged at byte 0");
    }

    @Test
    void a_line_that_no_journal_has_is_damage_and_not_the_end() throws Exception {
        open(0, ChangeJournalTest::two);
        Path journal = folder.resolve("journal");
        long whole = Files.size(journal);
        Files.writeString(journal, "\"" + "x".repeat(1 << 24) + "\"\n", StandardOpenOption.APPEND);
        long size = Files.size(journal);
        assertThatThrownBy(() -> open(0, store -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("journal is damaged at byte " + whole);
        assertThat(Files.size(journal)).isEqualTo(size);
    }

    @Test
    void a_line_that_could_not_be_read_again_is_not_written() throws Exception {
        open(0, store -> {
            store.create("bucket", "private");
            assertThatThrownBy(() -> put(store, "x".repeat(1 << 24), "1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("too long for the journal");
            put(store, "second", "22");
        });
        assertThat(open(0, store -> {})).extracting(Change.Told::key).containsExactly("second");
    }

    @Test
    void what_was_told_is_not_handed_out_again() throws Exception {
        long first = open(0, ChangeJournalTest::two).getFirst().number();
        assertThat(open(first, store -> {})).extracting(Change.Told::key).containsExactly("second");
    }

    @Test
    void content_that_nothing_names_is_deleted() throws Exception {
        open(0, store -> {
            two(store);
            var unused = store.files().write(new ByteArrayInputStream(new byte[10]));
        });
        open(0, store -> {
            put(store, "first", "again");
            store.remove("bucket", "second", ObjectStore.NO_OPERATION, object -> true);
        });
        open(0, store -> {});
        try (var files = Files.walk(folder.resolve("content"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    void a_journal_of_many_replaced_objects_is_shortened() throws Exception {
        List<Change.Told> told = open(0, store -> {
            store.create("bucket", "private");
            for (int i = 0; i < 20; i++) {
                put(store, "key" + i % 3, "content " + i);
            }
        });
        Path journal = folder.resolve("journal");
        List<String> lines = Files.readAllLines(journal);
        List<String> many = new ArrayList<>(lines.subList(0, 1));
        for (int i = 0; i < 1000; i++) {
            many.addAll(lines.subList(1, 12));
        }
        many.addAll(lines.subList(1, lines.size()));
        Files.write(journal, many);
        long toldUpTo = told.get(17).number();
        for (int start = 0; start < 3; start++) {
            assertThat(open(toldUpTo, store -> assertThat(
                                    store.get("bucket", "key1").size())
                            .isEqualTo("content 19".length())))
                    .extracting(Change.Told::number)
                    .containsExactly(told.get(18).number(), told.get(19).number());
        }
        assertThat(Files.readAllLines(journal)).hasSize(1 + 2 + 3);
    }
}
