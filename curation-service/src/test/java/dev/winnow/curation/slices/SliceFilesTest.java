package dev.winnow.curation.slices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.jobs.MemoryIndex;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is done with files, where servers fail in between. */
class SliceFilesTest {

    private static final int IMAGES = 450;
    private static final SliceVersion VERSION = new SliceName("d", "s").at(1);

    private final MemorySlices store = new MemorySlices();
    private final MemoryDeletions deletions = new MemoryDeletions();
    private final MemoryFiles files = new MemoryFiles();
    private final List<ImageEvent> events = new CopyOnWriteArrayList<>();
    private final Slices slices = slices();
    private final SliceDeletion deletion = new SliceDeletion(slices, deletions, files, events::addAll);
    private final SliceCopy copy = new SliceCopy(slices, files, events::addAll);
    private final Slice slice;

    SliceFilesTest() {
        List<SlicedImage> images = IntStream.range(0, IMAGES)
                .mapToObj(i -> new ObjectKey("d", "folder/%d ü.jpg".formatted(i)))
                .map(key -> new SlicedImage(
                        ImageId.of(key), key.path(), "sha", "etag", "jpeg", 7, 1, 1, List.of(), List.of()))
                .toList();
        store.put(VERSION, SliceSetTest.NOTE, images);
        images.forEach(image -> files.etags.put(image.key("d").toString(), "etag"));
        slice = slices.get(new SliceRef(VERSION.slice(), null));
    }

    private Slices slices() {
        MemoryIndex index = new MemoryIndex(TestVectors.snapshot(List.of()));
        return new Slices(new Datasets(index, index, new DatasetLedger()), index, store);
    }

    private String confirmed() {
        String token = deletion.ask(slice, "asker").token();
        deletion.confirm(slice, token, "confirmer");
        return token;
    }

    @Test
    void deletesWhatIsAsItWasAndNamesTheRest() {
        files.etags.put("d/folder/3 ü.jpg", "other");
        files.etags.remove("d/folder/4 ü.jpg");
        files.etags.put("e/folder/5 ü.jpg", "etag");
        Deletion.Deleted deleted = deletion.run(slice, confirmed(), Progress.NONE);
        assertThat(deleted.deleted()).isEqualTo(IMAGES - 2);
        assertThat(deleted.alreadyGone()).isEqualTo(1);
        assertThat(deleted.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("folder/3 ü.jpg");
            assertThat(problem.reason()).isEqualTo("changed");
        });
        assertThat(deleted.askedBy()).isEqualTo("asker");
        assertThat(deleted.confirmedBy()).isEqualTo("confirmer");
        assertThat(files.etags).containsOnlyKeys("d/folder/3 ü.jpg", "e/folder/5 ü.jpg");
        assertThat(events).hasSize(IMAGES - 1).allSatisfy(event -> assertThat(event)
                .isInstanceOf(ImageRemoved.class));
    }

    @Test
    void everyRemovalIsToldHoweverOftenTheStoreFails() {
        String token = confirmed();
        files.answers.set(250);
        assertThatThrownBy(() -> deletion.run(slice, token, Progress.NONE))
                .isInstanceOf(DependencyUnavailableException.class);
        // Also where nobody begins again.
        assertThat(removed()).hasSize(250);
        files.answers.set(IMAGES);
        Deletion.Deleted deleted = deletion.run(slice, token, Progress.NONE);
        assertThat(deleted.deleted() + deleted.alreadyGone()).isEqualTo(IMAGES);
        assertThat(deleted.alreadyGone()).isEqualTo(250);
        assertThat(files.etags).isEmpty();
        assertThat(removed()).hasSize(IMAGES);
    }

    @Test
    void whatIsCancelledIsToldUpToTheEndOfItsPart() {
        String token = confirmed();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> deletion.run(slice, token, Progress.NONE)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files.etags).hasSize(IMAGES - 200);
        assertThat(removed()).hasSize(200);
    }

    @Test
    void aTokenIsNotForASliceThatWasMadeAgain() {
        String asked = deletion.ask(slice, "asker").token();
        String confirmed = confirmed();
        Slice fewer = new Slice(VERSION, IMAGES - 1, slice.note());
        assertThatThrownBy(() -> deletion.confirm(fewer, asked, "me")).isInstanceOf(DeletionRefusedException.class);
        assertThatThrownBy(() -> deletion.run(fewer, confirmed, Progress.NONE))
                .isInstanceOf(DeletionRefusedException.class);
        SliceNote note = slice.note();
        Slice later = new Slice(
                VERSION,
                IMAGES,
                new SliceNote(
                        note.model(),
                        note.source(),
                        note.requested(),
                        note.watermark(),
                        note.createdAt().plusMillis(1),
                        note.by(),
                        note.description()));
        assertThatThrownBy(() -> deletion.confirm(later, asked, "me")).isInstanceOf(DeletionRefusedException.class);
        assertThat(files.etags).hasSize(IMAGES);
    }

    @Test
    void whatIsConfirmedMayBeConfirmedAgainHoweverLate() {
        Deletion.Order order = new Deletion.Order(
                "C".repeat(32), "d", "s", 1, IMAGES, slice.note().createdAt(), "me", Instant.EPOCH, Instant.EPOCH);
        Deletion.Asked asked = new Deletion.Asked(order);
        deletions.add(asked);
        deletions.replace(
                asked.confirm("me", Instant.EPOCH),
                deletions.find(VERSION.slice(), order.token()).orElseThrow().version());
        deletion.confirm(slice, order.token(), "me");
        assertThat(deletion.run(slice, order.token(), Progress.NONE).deleted()).isEqualTo(IMAGES);
    }

    private Set<ImageId> removed() {
        return events.stream().map(ImageEvent::image).collect(Collectors.toSet());
    }

    @Test
    void aTokenWorksOnce() {
        String token = confirmed();
        Deletion.Deleted deleted = deletion.run(slice, token, Progress.NONE);
        // An image that comes back is another one's.
        files.etags.put("d/folder/7 ü.jpg", "etag");
        assertThat(deletion.run(slice, token, Progress.NONE)).isEqualTo(deleted);
        assertThat(files.etags).containsOnlyKeys("d/folder/7 ü.jpg");
        assertThatThrownBy(() -> deletion.confirm(slice, token, "again"))
                .isInstanceOf(DeletionRefusedException.class)
                .hasMessageContaining("used");
    }

    @Test
    void nothingIsDeletedWithoutTheRightToken() {
        String asked = deletion.ask(slice, "asker").token();
        assertThatThrownBy(() -> deletion.run(slice, asked, Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("confirm");
        assertThatThrownBy(() -> deletion.confirm(new Slice(VERSION.slice().at(2), IMAGES, slice.note()), asked, "me"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("version: expected 1");
        for (SliceName other : List.of(new SliceName("d", "t"), new SliceName("e", "s"))) {
            assertThatThrownBy(() -> deletion.confirm(new Slice(other.at(1), IMAGES, slice.note()), asked, "me"))
                    .isInstanceOf(InvalidParameterException.class);
        }
        for (String token : List.of("", "../../x", "A".repeat(32), asked + "x")) {
            assertThatThrownBy(() -> deletion.confirm(slice, token, "me"))
                    .isInstanceOf(InvalidParameterException.class);
        }
        Deletion.Order order = new Deletion.Order(
                "B".repeat(32),
                "d",
                "s",
                1,
                IMAGES,
                slice.note().createdAt(),
                "me",
                Instant.EPOCH,
                Instant.EPOCH.plus(SliceDeletion.HOLDS));
        deletions.add(new Deletion.Asked(order));
        assertThatThrownBy(() -> deletion.confirm(slice, order.token(), "me"))
                .isInstanceOf(DeletionRefusedException.class)
                .hasMessageContaining("held until");
        assertThat(files.etags).hasSize(IMAGES);
        assertThat(events).isEmpty();
    }

    @Test
    void copiesWhatIsLeftAfterAFailureAndOverwritesNothing() {
        files.etags.put("e/copy/folder/1 ü.jpg", "another's");
        files.answers.set(250);
        Destination to = new Destination(null, "e/copy/");
        assertThatThrownBy(() -> copy.copy(slice, to, Progress.NONE))
                .isInstanceOf(DependencyUnavailableException.class);
        files.answers.set(IMAGES);
        SliceCopy.Copied copied = copy.copy(slice, to, Progress.NONE);
        assertThat(copied.copied() + copied.alreadyThere()).isEqualTo(IMAGES - 1);
        assertThat(copied.alreadyThere()).isBetween(249L, 250L);
        assertThat(copied.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("folder/1 ü.jpg");
            assertThat(problem.reason()).isEqualTo("occupied");
        });
        assertThat(files.etags)
                .containsEntry("e/copy/folder/1 ü.jpg", "another's")
                .hasSize(2 * IMAGES);
        assertThat(removed()).hasSize(IMAGES - 1);
        assertThat(events).allSatisfy(event -> {
            assertThat(event).isInstanceOf(ImageStored.class);
            assertThat(event.dataset()).isEqualTo("e");
        });
    }

    @Test
    void copiesIntoAnotherBucketAreNobodysImages() {
        SliceCopy.Copied copied = copy.copy(slice, new Destination("other", "Out/2026"), Progress.NONE);
        assertThat(copied.copied()).isEqualTo(IMAGES);
        assertThat(files.etags).containsKey("other:Out/2026/folder/0 ü.jpg");
        assertThat(events).isEmpty();
        assertThatThrownBy(() -> copy.copy(slice, new Destination("unknown", "x"), Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("to.bucket");
        assertThatThrownBy(() -> copy.copy(slice, new Destination(null, "d"), Progress.NONE))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void aPathThatGrowsTooLongIsNamed() {
        SliceCopy.Copied copied = copy.copy(
                slice,
                new Destination(null, "e/" + ("x".repeat(190) + "/").repeat(4) + "y".repeat(185)),
                Progress.NONE);
        assertThat(copied.problemCount()).isEqualTo(IMAGES - copied.copied()).isPositive();
        assertThat(copied.problems())
                .allSatisfy(problem -> assertThat(problem.reason()).isEqualTo("name"));
    }
}
