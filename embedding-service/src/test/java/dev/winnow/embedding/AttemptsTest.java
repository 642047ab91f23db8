package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.Attempt.Try;
import dev.winnow.embedding.AttemptStore.Place;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that dies is one that never says that it is done; its notes stay. */
class AttemptsTest {

    private static final byte[] FILE = Samples.file("plain.png");

    private final MemoryAttempts store = new MemoryAttempts();
    private final EmbeddingModel model = TestModels.load("tiny");
    private final ImageEmbedder embedder =
            new ImageEmbedder(new MemoryBudget(1 << 20), new PipelineMetrics(new SimpleMeterRegistry()), 2);
    private final List<Wanted> whole = List.of(Wanted.whole(embedder.batches(model)));
    private Attempts worker = life(Duration.ZERO);

    @AfterEach
    void close() {
        embedder.close();
        model.close();
    }

    @Test
    void aBatchIsNotedOnceBeforeItsFirstImageIsDecodedAndErasedWhenItIsDone() throws Exception {
        Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7), change("y", "1", 8)));
        assertThat(store.all()).isEmpty();
        assertThat(batch.embed(change("y", "1", 8), "1", FILE, whole)
                        .getFirst()
                        .whole()
                        .orElseThrow())
                .isInstanceOf(Embedding.Embedded.class);
        assertThat(store.all())
                .containsExactly(new Attempt(List.of(new Try(id("x"), "1", 1), new Try(id("y"), "1", 1))));
        batch.embed(change("x", "1", 7), "1", FILE, whole);
        assertThat(store.written).hasSize(1);
        batch.done();
        assertThat(store.all()).isEmpty();
    }

    @Test
    void nothingIsWrittenWhereNothingIsDecoded() throws Exception {
        worker.begin(List.of(change("x", "1", 7))).done();
        assertThat(store.written).isEmpty();
    }

    @Test
    void nothingIsDecodedWhileTheStoreIsDown() throws Exception {
        Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7)));
        store.down = true;
        assertThatThrownBy(() -> batch.embed(change("x", "1", 7), "1", FILE, whole))
                .isInstanceOf(DependencyUnavailableException.class);
        worker.assigned(List.of(0));
        assertThatThrownBy(() -> worker.begin(List.of(change("x", "1", 7))))
                .isInstanceOf(DependencyUnavailableException.class);
        store.down = false;
        Attempts.Batch again = worker.begin(List.of(change("x", "1", 7)));
        assertThat(again.embed(change("x", "1", 7), "1", FILE, whole)
                        .getFirst()
                        .whole()
                        .orElseThrow())
                .isInstanceOf(Embedding.Embedded.class);
    }

    @Test
    void whatADeadWorkerLeftIsTriedAlone() throws Exception {
        dieWith("x", "y");
        Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7), change("z", "1", 9)));
        Attempts.Batch other = worker.begin(List.of(change("w", "1", 10)));
        CompletableFuture<Embedding> others = new CompletableFuture<>();
        store.onWrite = attempt -> {
            if (attempt.images().getFirst().count() == 2) {
                // While it is alone in work, another image asks to be embedded.
                Thread.startVirtualThread(() -> {
                    try {
                        others.complete(other.embed(change("w", "1", 10), "1", FILE, whole)
                                .getFirst()
                                .whole()
                                .orElseThrow());
                    } catch (InterruptedException | RuntimeException e) {
                        others.completeExceptionally(e);
                    }
                });
                Awaitility.await().until(embedder::isAnyoneWaiting);
            }
        };
        store.onErase = place -> assertThat(others).isNotDone();
        assertThat(batch.isHopeless(change("x", "1", 7), "1")).isFalse();
        assertThat(batch.embed(change("x", "1", 7), "1", FILE, whole)
                        .getFirst()
                        .whole()
                        .orElseThrow())
                .isInstanceOf(Embedding.Embedded.class);
        assertThat(store.written)
                .contains(new Attempt(List.of(new Try(id("x"), "1", 2))))
                .doesNotContain(new Attempt(List.of(new Try(id("x"), "1", 1), new Try(id("z"), "1", 1))));
        assertThat(others.get()).isInstanceOf(Embedding.Embedded.class);
    }

    @Test
    void whoeverDiesAloneIsHopelessUntilItsBytesChangeOrItHasHadAnOutcome() throws Exception {
        dieWith("x", "y");
        dieAloneWith("x", "1");
        List<ImageChange> changes = List.of(change("x", "1", 7), change("y", "1", 8));
        Attempts.Batch batch = worker.begin(changes);
        assertThat(batch.isHopeless(change("x", "1", 7), "1")).isTrue();
        assertThat(batch.isHopeless(change("x", "1", 7), "2")).isFalse();
        assertThat(batch.isHopeless(change("y", "1", 8), "1")).isFalse();
        batch.done();
        assertThat(store.all()).isEmpty();
        assertThat(worker.begin(changes).isHopeless(change("x", "1", 7), "1")).isFalse();
    }

    /** Only a death with the image alone in work counts for more than a suspicion, however often it happens. */
    @Test
    void anInnocentIsNeverHopelessHoweverOftenItsBatchDies() throws Exception {
        for (int i = 0; i < 5; i++) {
            dieWith("x", "y");
            Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7)));
            assertThat(batch.isHopeless(change("x", "1", 7), "1")).isFalse();
        }
    }

    @Test
    void newBytesHaveTwoTriesOfTheirOwn() throws Exception {
        dieWith("x");
        dieAloneWith("x", "2");
        assertThat(store.written).last().isEqualTo(new Attempt(List.of(new Try(id("x"), "2", 1))));
        assertThat(worker.begin(List.of(change("x", "2", 7))).isHopeless(change("x", "2", 7), "2"))
                .isFalse();
        dieAloneWith("x", "2");
        assertThat(worker.begin(List.of(change("x", "2", 7))).isHopeless(change("x", "2", 7), "2"))
                .isTrue();
    }

    @Test
    void anEarlierOwnerThatLivesIsGivenTimeToFinish() throws Exception {
        Attempts.Batch slow = worker.begin(List.of(change("x", "1", 7)));
        slow.embed(change("x", "1", 7), "1", FILE, whole);
        Attempts newOwner = life(Duration.ofMinutes(1));
        CompletableFuture<Attempts.Batch> begun = CompletableFuture.supplyAsync(() -> {
            try {
                return newOwner.begin(List.of(change("x", "1", 7)));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await().until(() -> store.lists() >= 3);
        assertThat(begun).isNotDone();
        slow.done();
        Attempts.Batch batch = begun.get();
        batch.embed(change("x", "1", 7), "1", FILE, whole);
        assertThat(store.written).last().isEqualTo(new Attempt(List.of(new Try(id("x"), "1", 1))));
    }

    @Test
    void whatIsLeftInOtherPartitionsIsOfNoConcern() throws Exception {
        store.write(new Place(3, "dead", "7"), new Attempt(List.of(new Try(id("x"), "1", 2))));
        Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7)));
        assertThat(batch.isHopeless(change("x", "1", 7), "1")).isFalse();
    }

    @Test
    void aPartitionThatComesBackIsReadAgain() throws Exception {
        worker.begin(List.of(change("x", "1", 7))).done();
        store.write(new Place(0, "another", "7"), new Attempt(List.of(new Try(id("x"), "1", 2))));
        assertThat(worker.begin(List.of(change("x", "1", 7))).isHopeless(change("x", "1", 7), "1"))
                .isFalse();
        worker.assigned(List.of(0));
        assertThat(worker.begin(List.of(change("x", "1", 7))).isHopeless(change("x", "1", 7), "1"))
                .isTrue();
    }

    @Test
    void oldNotesAreErasedUnread() throws Exception {
        store.now = Instant.now().minus(Duration.ofDays(2));
        store.write(new Place(0, "dead", "7"), new Attempt(List.of(new Try(id("x"), "1", 2))));
        Attempts.Batch batch = worker.begin(List.of(change("x", "1", 7)));
        assertThat(batch.isHopeless(change("x", "1", 7), "1")).isFalse();
        assertThat(store.all()).isEmpty();
    }

    @Test
    void whoeverStopsInOrderLeavesNothing() throws Exception {
        worker.begin(List.of(change("x", "1", 7))).embed(change("x", "1", 7), "1", FILE, whole);
        assertThat(store.all()).hasSize(1);
        worker.abandon();
        assertThat(store.all()).isEmpty();
    }

    private Attempts life(Duration grace) {
        return new Attempts(store, embedder, grace);
    }

    /** A worker begins a batch of these images, and dies once the first is decoded. */
    private void dieWith(String... names) throws InterruptedException {
        worker = life(Duration.ZERO);
        List<ImageChange> changes = new java.util.ArrayList<>();
        for (String name : names) {
            changes.add(change(name, "1", 7 + changes.size()));
        }
        Attempts.Batch batch = new Attempts(withoutLeftovers(), embedder, Duration.ZERO).begin(changes);
        batch.embed(changes.getFirst(), "1", FILE, whole);
    }

    /** The next worker tries the image alone, and dies of it: it erases nothing any more. */
    private void dieAloneWith(String name, String etag) throws InterruptedException {
        ImageChange change = change(name, etag, 7);
        Attempts.Batch batch = life(Duration.ZERO).begin(List.of(change));
        store.onErase = place -> {
            throw new IllegalStateException("dead");
        };
        assertThatThrownBy(() -> batch.embed(change, etag, FILE, whole)).hasMessage("dead");
        store.onErase = place -> {};
        worker = life(Duration.ZERO);
    }

    /** A worker that began before the others died, and so knows nothing of what they left. */
    private AttemptStore withoutLeftovers() {
        return new AttemptStore() {
            @Override
            public void write(Place place, Attempt attempt) {
                store.write(place, attempt);
            }

            @Override
            public void erase(Place place) {
                store.erase(place);
            }

            @Override
            public List<Noted> list(int partition) {
                return List.of();
            }

            @Override
            public java.util.Optional<Attempt> read(Place place) {
                return store.read(place);
            }
        };
    }

    private static ImageChange change(String name, @Nullable String etag, long offset) {
        return new ImageChange(new ObjectKey("a", name), etag, 0, offset, Instant.now());
    }

    private static ImageId id(String name) {
        return ImageId.of(new ObjectKey("a", name));
    }
}
