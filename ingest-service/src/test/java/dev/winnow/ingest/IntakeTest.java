package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.Intake.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final Instant NOW = Instant.parse("2026-11-02T08:15:30Z");
    private static final ObjectKey KEY = new ObjectKey("street", "a/b.jpg");

    private final InMemoryImageStore store = new InMemoryImageStore();
    private final RecordedEvents events = new RecordedEvents();
    private final Announcements announcements = new Announcements();
    private final Intake intake =
            new Intake(store, events, announcements, ImageLimits.DEFAULT, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void storesThenTells() {
        byte[] file = Pictures.jpeg(1);
        Outcome outcome = intake.store(KEY, file);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Stored.class, stored -> {
            assertThat(stored.header()).isEqualTo(new ImageHeader(ImageFormat.JPEG, 61, 47));
            assertThat(stored.bytes()).isEqualTo(file.length);
        });
        assertThat(store.objects).containsOnlyKeys("street/a/b.jpg");
        assertThat(events.images)
                .containsExactly(new ImageStored(KEY, InMemoryImageStore.etag(file), file.length, NOW));
    }

    @Test
    void storesNothingOfWhatIsNoImage() {
        assertThat(intake.store(KEY, Pictures.animatedGif()))
                .isEqualTo(new Outcome.Refused(new Rejection.Animated(ImageFormat.GIF)));
        assertThat(store.objects).isEmpty();
        assertThat(events.images).isEmpty();
    }

    @Test
    void tellsNothingOfWhatCouldNotBeStored() {
        store.down = true;
        assertThatThrownBy(() -> intake.store(KEY, Pictures.jpeg(1))).isInstanceOf(UnavailableException.class);
        assertThat(events.images).isEmpty();
    }

    @Test
    void saysThatAnEventCouldNotBeSentAndCanBeRepeated() {
        events.failures.set(1);
        assertThat(intake.store(KEY, Pictures.jpeg(1)))
                .isInstanceOfSatisfying(Outcome.Stored.class, stored -> assertThatThrownBy(stored.publication()::await)
                        .isInstanceOf(UnavailableException.class));
        assertThat(intake.store(KEY, Pictures.jpeg(1)))
                .isInstanceOfSatisfying(
                        Outcome.Stored.class, stored -> stored.publication().await());
        assertThat(events.images).hasSize(1);
    }

    /** The first removal's event failed: the repetition finds no object, and has to tell all the same. */
    @Test
    void tellsOfARemovalAlsoWhereTheObjectIsGoneAlready() {
        intake.store(KEY, Pictures.jpeg(1));
        events.images.clear();
        events.failures.set(1);
        assertThatThrownBy(() -> intake.remove(KEY)).isInstanceOf(UnavailableException.class);
        assertThat(store.objects).isEmpty();
        assertThat(intake.remove(KEY)).isFalse();
        assertThat(events.images).containsExactly(new ImageRemoved(KEY, NOW));
    }
}
