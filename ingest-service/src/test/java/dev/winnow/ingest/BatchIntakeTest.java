package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.ingest.BatchReport.Item;
import dev.winnow.ingest.BatchReport.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchIntakeTest {

    private final InMemoryImageStore store = new InMemoryImageStore();
    private final RecordedEvents events = new RecordedEvents();
    private final BodyBudget budget = new BodyBudget(200_000, Duration.ofSeconds(10));
    private final BatchIntake intake = new BatchIntake(
            new Intake(store, events, new Announcements(), new ImageLimits(100_000, 1_000_000), Clock.systemUTC()),
            budget,
            500);

    @Test
    void oneBadFileDisturbsNoOther() throws IOException {
        BatchReport report = intake.store(
                "street",
                Files.of(
                        "a.jpg", Pictures.jpeg(1),
                        "../b.jpg", Pictures.jpeg(2),
                        "text.jpg", "hello".getBytes(StandardCharsets.UTF_8),
                        "huge.jpg", new byte[100_001],
                        "", Pictures.jpeg(3),
                        "z.png", Pictures.png(4)));
        assertThat(report.stored()).isEqualTo(2);
        assertThat(report.rejected()).isEqualTo(4);
        assertThat(report.items())
                .extracting(Item::path, Item::status, Item::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a.jpg", Status.STORED, null),
                        org.assertj.core.groups.Tuple.tuple("../b.jpg", Status.REJECTED, "invalid-name"),
                        org.assertj.core.groups.Tuple.tuple("text.jpg", Status.REJECTED, "unsupported-format"),
                        org.assertj.core.groups.Tuple.tuple("huge.jpg", Status.REJECTED, "too-large"),
                        org.assertj.core.groups.Tuple.tuple("", Status.REJECTED, "invalid-name"),
                        org.assertj.core.groups.Tuple.tuple("z.png", Status.STORED, null));
        assertThat(store.objects).containsOnlyKeys("street/a.jpg", "street/z.png");
        assertThat(events.awaited).hasValue(2);
        assertThat(budget.freeBytes()).isEqualTo(200_000);
    }

    @Test
    void ofAPathThatComesTwiceTheLastWins() throws IOException {
        Files files = new Files();
        for (int i = 0; i < 100; i++) {
            files.add("same.png", Pictures.png(i));
        }
        assertThat(intake.store("street", files).stored()).isEqualTo(100);
        assertThat(store.objects.get("street/same.png")).isEqualTo(Pictures.png(99));
        assertThat(events.images).hasSize(100);
    }

    @Test
    void failsAsAWholeWhereADependencyIsBroken() {
        store.down = true;
        assertThatThrownBy(() -> intake.store("street", Files.of("a.jpg", Pictures.jpeg(1))))
                .isInstanceOf(UnavailableException.class);
        store.down = false;
        events.failures.set(1);
        assertThatThrownBy(() -> intake.store("street", Files.of("a.jpg", Pictures.jpeg(1))))
                .isInstanceOf(UnavailableException.class);
        assertThat(budget.freeBytes()).isEqualTo(200_000);
    }

    @Test
    void stopsAtItsLimitOfFiles() throws IOException {
        Files files = new Files();
        for (int i = 0; i < 600; i++) {
            files.add(i + ".png", Pictures.png(i));
        }
        BatchReport report = intake.store("street", files);
        assertThat(report.stored()).isEqualTo(500);
        assertThat(report.items().getLast().reason()).isEqualTo("too-many-items");
    }

    @Test
    void reportsWhatCameBeforeABrokenEnd() throws IOException {
        Files files = Files.of("a.jpg", Pictures.jpeg(1));
        files.brokenEnd = true;
        assertThat(intake.store("street", files).items())
                .extracting(Item::status, Item::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Status.STORED, null),
                        org.assertj.core.groups.Tuple.tuple(Status.REJECTED, "unreadable-archive"));
        Files nothing = new Files();
        nothing.brokenEnd = true;
        assertThatThrownBy(() -> intake.store("street", nothing)).isInstanceOf(FileSequence.MalformedException.class);
        assertThatThrownBy(() -> intake.store("No Name", Files.of())).isInstanceOf(InvalidNameException.class);
    }

    /** Files that are simply there. */
    private static final class Files implements FileSequence {

        private final List<String> names = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();
        private int at = -1;
        private boolean brokenEnd;

        static Files of(Object... namesAndContents) {
            Files files = new Files();
            for (int i = 0; i < namesAndContents.length; i += 2) {
                files.add((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
            }
            return files;
        }

        void add(String name, byte[] content) {
            names.add(name);
            contents.add(content);
        }

        @Override
        public boolean advance() throws IOException {
            if (++at == names.size() && brokenEnd) {
                throw new MalformedException("expected an end", new IOException());
            }
            return at < names.size();
        }

        @Override
        public String name() {
            return names.get(at);
        }

        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public long sizeBound() {
            return contents.get(at).length;
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            sink.write(contents.get(at));
        }
    }
}
