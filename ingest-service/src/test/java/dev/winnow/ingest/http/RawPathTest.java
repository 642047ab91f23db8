package dev.winnow.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.jpg | a.jpg",
                "a/b.jpg?x=/y | a/b.jpg",
                "a%20b+c.jpg | a b+c.jpg",
                "a%2Fb.jpg | a/b.jpg",
                "a%252Fb.jpg | a%2Fb.jpg",
                "%C3%A4%E2%82%AC.jpg | ä€.jpg",
                "%2e%2E/x | ../x",
                "a//b | a//b",
                "a;b=c | a;b=c"
            })
    void decodesOnce(String target, String path) {
        assertThat(RawPath.imagePath("/v1/datasets/d/images/" + target)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%4", "a%zz", "%ff", "%c3", "%ed%a0%80"})
    void refusesWhatIsNoUtf8(String target) {
        assertThatThrownBy(() -> RawPath.imagePath("/v1/datasets/d/images/" + target))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsNothingInOtherPaths() {
        assertThat(RawPath.imagePath("/v1/datasets/d/images")).isEmpty();
        assertThat(RawPath.imagePath("/v1/datasets/d/images/")).isEmpty();
        assertThat(RawPath.imagePath("/v1")).isEmpty();
    }
}
