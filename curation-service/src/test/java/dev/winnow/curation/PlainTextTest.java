package dev.winnow.curation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void halfOfASurrogatePairIsNoText() {
        assertThat(PlainText.is("grüße 🐈", 9)).isTrue();
        assertThat(PlainText.is("\ud800", 9)).isFalse();
        assertThat(PlainText.is("a\udc00b", 9)).isFalse();
        assertThat(PlainText.isUnicode("two\nlines\ud83d")).isFalse();
    }

    @Test
    void blankLongAndControlAreNone() {
        assertThat(PlainText.is("  ", 9)).isFalse();
        assertThat(PlainText.is("ab", 1)).isFalse();
        assertThat(PlainText.is("a\nb", 9)).isFalse();
    }
}
