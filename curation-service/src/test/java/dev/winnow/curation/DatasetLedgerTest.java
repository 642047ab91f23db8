package dev.winnow.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatasetLedgerTest {

    private static final Instant T = Instant.parse("2026-11-01T00:00:00Z");

    private DatasetLedger ledger = new DatasetLedger();

    @Test
    void anImageIsPendingUntilItsNewestEventHasAnOutcome() {
        stored("a.jpg", 3);
        stored("a.jpg", 7);
        assertThat(ledger.freshness("d").pending()).isEqualTo(1);
        embedded("a.jpg", 3L, T);
        assertThat(ledger.freshness("d").pending()).isEqualTo(1);
        embedded("a.jpg", 7L, T);
        assertThat(ledger.freshness("d").pending()).isZero();
        assertThat(ledger.freshness("other").pending()).isZero();
    }

    @Test
    void aFailureLastsUntilTheImageIsEmbedded() {
        stored("a.jpg", 1);
        rejected("a.jpg", 1L, T);
        assertThat(ledger.failures("d")).extracting(ImageRejected::path).containsExactly("a.jpg");
        assertThat(ledger.freshness("d").failed()).isEqualTo(1);
        stored("a.jpg", 2);
        assertThat(ledger.freshness("d"))
                .extracting(Freshness::pending, Freshness::failed)
                .containsExactly(1L, 0L);
        embedded("a.jpg", 2L, T);
        assertThat(ledger.failures("d")).isEmpty();
        // A late copy of the old outcome changes nothing.
        rejected("a.jpg", 1L, T.plusSeconds(9));
        assertThat(ledger.failures("d")).isEmpty();
    }

    @Test
    void anOutcomeWithoutAnEventIsAFailureOfItsOwn() {
        rejected("bad name", null, T);
        assertThat(ledger.freshness("d").failed()).isEqualTo(1);
    }

    @Test
    void theOrderBetweenTheTopicsAndRepetitionsDoNotMatter() {
        List<Runnable> deliveries = new ArrayList<>();
        for (int copy = 0; copy < 2; copy++) {
            deliveries.add(() -> stored("a.jpg", 1));
            deliveries.add(() -> embedded("a.jpg", 1L, T));
            deliveries.add(() -> stored("a.jpg", 4));
            deliveries.add(() -> rejected("a.jpg", 4L, T.plusSeconds(1)));
            deliveries.add(() -> stored("b.jpg", 2));
            deliveries.add(() -> stored("c.jpg", 3));
            deliveries.add(() -> embedded("c.jpg", 3L, T.plusSeconds(5)));
            deliveries.add(() -> rejected("c.jpg", 3L, T.plusSeconds(4)));
        }
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            Collections.shuffle(deliveries, random);
            ledger = new DatasetLedger();
            deliveries.forEach(Runnable::run);
            assertThat(ledger.freshness("d"))
                    .extracting(Freshness::pending, Freshness::failed)
                    .containsExactly(1L, 1L);
        }
    }

    @Test
    void saysWhatWasEmbeddedSince() {
        embedded("old.jpg", 1L, T);
        embedded("new.jpg", 2L, T.plusSeconds(5));
        rejected("bad.jpg", 3L, T.plusSeconds(6));
        embedded("again.jpg", 4L, T);
        embedded("again.jpg", 5L, T.plusSeconds(7));
        assertThat(ledger.embeddedSince("d", T.plusSeconds(5)))
                .containsExactlyInAnyOrder(ImageId.ofRawKey("d/new.jpg"), ImageId.ofRawKey("d/again.jpg"));
        assertThat(ledger.embeddedSince("d", T.plusSeconds(8))).isEmpty();
        assertThat(ledger.embeddedSince("other", T)).isEmpty();
    }

    private void stored(String path, long offset) {
        ledger.record(new ImageStored(new ObjectKey("d", path), "etag", 10, T), offset);
    }

    private void embedded(String path, Long cause, Instant at) {
        ledger.record(new ImageEmbedded(ImageId.ofRawKey("d/" + path), "d", path, "etag", "m", at, cause));
    }

    private void rejected(String path, @Nullable Long cause, Instant at) {
        ledger.record(new ImageRejected(ImageId.ofRawKey("d/" + path), "d", path, "etag", "empty", "", at, cause));
    }
}
