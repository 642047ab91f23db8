package dev.winnow.curation.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.TestVectors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedMetadataTest {

    @Test
    void unitesWhatIsKnownOfAGroup() {
        MergedMetadata merged = MergedMetadata.of(List.of(
                image(List.of("dog"), List.of("x"), null),
                image(List.of(), List.of("y", "x"), Instant.ofEpochSecond(20)),
                image(List.of("cat", "dog"), List.of(), Instant.ofEpochSecond(10))));
        assertThat(merged.labels()).containsExactly("dog", "cat");
        assertThat(merged.labelsDiffer()).isTrue();
        assertThat(merged.tags()).containsExactly("x", "y");
        assertThat(merged.capturedAt()).isEqualTo(Instant.ofEpochSecond(10));
    }

    @Test
    void unlabelledImagesContradictNobody() {
        MergedMetadata merged = MergedMetadata.of(List.of(
                image(List.of("a", "b"), List.of(), null),
                image(List.of(), List.of(), null),
                image(List.of("b", "a"), List.of(), null)));
        assertThat(merged.labelsDiffer()).isFalse();
        assertThat(merged.capturedAt()).isNull();
    }

    private static DatasetImage image(List<String> labels, List<String> tags, @Nullable Instant capturedAt) {
        DatasetImage plain = TestVectors.image("a.jpg", "sha", 1, labels);
        return new DatasetImage(
                plain.id(), "a.jpg", "sha", 0, "etag", "jpeg", 1, 1, 1, 1, capturedAt, labels, tags, Map.of());
    }
}
