package dev.winnow.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuiteApiTest {

    @Test
    void encodesEverySegmentOfAPath() {
        assertThat(SuiteApi.encoded("a folder/ä+b&c=d?e#f%20.jpg"))
                .isEqualTo("a%20folder/%C3%A4%2Bb%26c%3Dd%3Fe%23f%2520.jpg");
    }
}
