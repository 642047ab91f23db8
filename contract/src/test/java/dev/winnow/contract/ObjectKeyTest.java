package dev.winnow.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.jpg",
                "day 1/cam+2/übersicht.jpg",
                "100%25.png",
                "a%2Fb.jpg",
                "東京/写真.webp",
                "..hidden",
                "a=b&c#d?e"
            })
    void acceptsEveryNameThatMeansOnePlace(String path) {
        ObjectKey key = new ObjectKey("street", path);
        assertThat(ObjectKey.parse(key.toString())).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a\\b", "a\u0000b", "a\nb", "\ud800"})
    void refusesPathsThatAreHostileOrAmbiguous(String path) {
        assertThatThrownBy(() -> new ObjectKey("street", path))
                .isInstanceOfSatisfying(
                        InvalidNameException.class, e -> assertThat(e.field()).isEqualTo("path"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", ".winnow", "-a", "a/b", "a b", "ä"})
    void refusesOtherDatasets(String dataset) {
        assertThatThrownBy(() -> new ObjectKey(dataset, "a.jpg"))
                .isInstanceOfSatisfying(
                        InvalidNameException.class, e -> assertThat(e.field()).isEqualTo("dataset"));
    }

    @Test
    void boundsTheLengthInBytesNotCharacters() {
        assertThat(new ObjectKey("d", "ü".repeat(100)).path()).hasSize(100);
        assertThatThrownBy(() -> new ObjectKey("d", "ü".repeat(101))).hasMessageContaining("200 bytes");
        assertThatThrownBy(() -> new ObjectKey("d", "a/".repeat(480) + "ab")).hasMessageContaining("960 bytes");
    }

    @Test
    void keepsHostileNamesOutOfItsMessage() {
        assertThatThrownBy(() -> new ObjectKey("d", "a\r\nSet-Cookie: x" + "y".repeat(5000)))
                .message()
                .doesNotContain("\n")
                .hasSizeLessThan(300);
    }

    @Property
    void everyAcceptedKeyParsesBack(@ForAll String path) {
        try {
            ObjectKey key = new ObjectKey("d", path);
            assertThat(ObjectKey.parse(key.toString())).isEqualTo(key);
        } catch (InvalidNameException e) {
            assertThat(e.expected()).startsWith("expected");
        }
    }
}
