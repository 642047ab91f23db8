package dev.winnow.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImageIdTest {

    /** Golden value, computed with another UUIDv5 implementation. If it changes, every stored point is orphaned. */
    @Test
    void isTheVersion5UuidOfTheKey() {
        ImageId id = ImageId.of(new ObjectKey("street", "day 1/cam+2/übersicht.jpg"));
        assertThat(id).hasToString("2741cdb9-7a5f-51f3-ad86-d2ccc6d17dab");
        assertThat(id.value().version()).isEqualTo(5);
        assertThat(id.value().variant()).isEqualTo(2);
    }

    @Test
    void readsOneSpellingOnly() {
        ImageId id = ImageId.ofRawKey("a/b");
        assertThat(ImageId.parse(id.toString())).isEqualTo(id);
        assertThatThrownBy(() -> ImageId.parse("1-2-3-4-5")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImageId.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
    }
}
