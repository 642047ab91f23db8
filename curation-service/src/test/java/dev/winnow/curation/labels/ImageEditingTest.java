package dev.winnow.curation.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.MemoryHistory;
import dev.winnow.curation.index.ListChange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of things: history before effect, edit after edit. */
class ImageEditingTest {

    private static final ImageId IMAGE = ImageId.ofRawKey("d/a.jpg");
    private static final Author ANN = new Author("ann", "test");

    private final MemoryLabels index = new MemoryLabels(IMAGE);
    private final MemoryHistory history = new MemoryHistory();
    private final ImageEditing editing = new ImageEditing(index, history);

    @Test
    void nothingTakesEffectThatIsNotInTheHistory() {
        history.down = true;
        assertThatThrownBy(() -> editing.apply("d", List.of(edit(List.of("cat"), List.of(), List.of()))))
                .isInstanceOf(DependencyUnavailableException.class);
        assertThat(index.labels()).isEmpty();
        assertThat(index.writes).isZero();
    }

    @Test
    void whatFailedInBetweenMayBeSentAgain() {
        List<ImageEdit> edits = List.of(edit(null, List.of("cat"), List.of()));
        index.down = true;
        assertThatThrownBy(() -> editing.apply("d", edits)).isInstanceOf(DependencyUnavailableException.class);
        assertThat(history.entries).hasSize(1);
        index.down = false;
        assertThat(editing.apply("d", edits)).containsExactly(Optional.empty());
        assertThat(index.labels()).containsExactly("cat");
        assertThat(history.entries).hasSize(2);
        assertThat(history.entries.getFirst().labels())
                .isEqualTo(history.entries.getLast().labels());
    }

    @Test
    void severalEditsOfAnImageAreMadeInTheirOrder() {
        ImageEdit decided =
                new ImageEdit(IMAGE, ANN, null, List.of("t"), new ImageEdit.Decided(Verdict.DROP, "dark", null, null));
        List<Optional<String>> refused = editing.apply(
                "d",
                List.of(
                        edit(List.of("a", "b"), List.of(), List.of()),
                        edit(null, List.of("c"), List.of("a")),
                        new ImageEdit(ImageId.ofRawKey("d/other.jpg"), ANN, null, List.of(), null),
                        decided,
                        edit(null, List.of("a"), List.of("b")),
                        new ImageEdit(IMAGE, ANN, null, null, ImageEdit.Decided.WITHDRAWN)));
        assertThat(refused).map(Optional::isPresent).containsExactly(false, false, true, false, false, false);
        assertThat(index.labels()).containsExactly("c", "a");
        assertThat(index.payload).containsEntry("tags", List.of("t")).doesNotContainKeys("decision", "decision_by");
        assertThat(history.entries).hasSize(5);
        assertThat(labels(0).after()).containsExactly("a", "b");
        assertThat(labels(1).before()).containsExactly("a", "b");
        assertThat(labels(1).after()).containsExactly("b", "c");
        assertThat(labels(3).after()).containsExactly("c", "a");
        assertThat(decision(2)).isEqualTo(new HistoryEntry.Decided(null, Verdict.DROP, "dark"));
        assertThat(decision(4)).isEqualTo(new HistoryEntry.Decided(Verdict.DROP, null, null));
    }

    @Test
    void longLabelsAreEditedInPartsOneAfterTheOther() {
        String text = "y".repeat(4_000_000);
        index.payload.put(PointSchema.LABELS, List.of(text));
        List<ImageEdit> edits = IntStream.range(0, 1_001)
                .mapToObj(i -> i % 2 == 0 ? edit(null, List.of("x"), List.of()) : edit(null, List.of(), List.of("x")))
                .toList();
        assertThat(editing.apply("d", edits)).hasSize(1_001).containsOnly(Optional.empty());
        assertThat(index.labels()).containsExactly(text, "x");
        assertThat(index.writes).isEqualTo(3);
        assertThat(history.entries).hasSize(1_001);
        assertThat(labels(500).before()).containsExactly(text);
        assertThat(labels(501).before()).containsExactly(text, "x");
    }

    private HistoryEntry.Changed labels(int i) {
        return Objects.requireNonNull(history.entries.get(i).labels());
    }

    private HistoryEntry.Decided decision(int i) {
        return Objects.requireNonNull(history.entries.get(i).decision());
    }

    private static ImageEdit edit(@Nullable List<String> set, List<String> add, List<String> remove) {
        return new ImageEdit(
                IMAGE, ANN, new ImageEdit.Labelling(new ListChange(set, add, remove), null, null), null, null);
    }
}
