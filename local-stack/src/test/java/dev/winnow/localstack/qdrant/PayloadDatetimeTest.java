package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadDatetimeTest {

    @ParameterizedTest
    @CsvSource({
        "2023-02-08T10:49:00Z, 2023-02-08T10:49:00Z",
        "2023-02-08T10:49:00z, 2023-02-08T10:49:00Z",
        "2023-02-08t10:49:00Z, 2023-02-08T10:49:00Z",
        "2023-02-08 10:49:00Z, 2023-02-08T10:49:00Z",
        "2023-02-08T10:49:00+02:00, 2023-02-08T08:49:00Z",
        "2023-02-08T10:49:00-0530, 2023-02-08T16:19:00Z",
        "2023-02-08T10:49:00+02, 2023-02-08T08:49:00Z",
        "2023-02-08 10:49:00 +0200, 2023-02-08T08:49:00Z",
        "2023-02-08 10:49:00 UTC, 2023-02-08T10:49:00Z",
        "2023-02-08T10:49:00.123456789Z, 2023-02-08T10:49:00.123456789Z",
        "2023-02-08T10:49:00.1234567899, 2023-02-08T10:49:00.123456789Z",
        "2023-02-08T10:49:00, 2023-02-08T10:49:00Z",
        "2023-02-08 10:49:00.5, 2023-02-08T10:49:00.5Z",
        "2023-02-08 10:49, 2023-02-08T10:49:00Z",
        "2023-02-08T10:49, 2023-02-08T10:49:00Z",
        "2023-02-08, 2023-02-08T00:00:00Z",
        "2023-2-8, 2023-02-08T00:00:00Z",
        "' 2023-02-08', 2023-02-08T00:00:00Z",
        "2023-02-0810:49:00, 2023-02-08T10:49:00Z",
        "2023-02-08T10:49:00+02 30, 2023-02-08T08:19:00Z",
        "1969-12-31T23:59:59.5Z, 1969-12-31T23:59:59.5Z",
        "-0044-03-15, -0044-03-15T00:00:00Z",
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z"
    })
    void these_are_datetimes(String text, Instant expected) {
        assertThat(PayloadDatetime.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2023",
                "2023-02",
                "2023-02-30",
                "2023-13-01",
                "2023-02-08T10:49Z",
                "2023-02-08t10:49:00",
                "2023-02-10:49:00",
                "2023-02-08T25:00:00Z",
                "2023-02-08T10:49:61Z",
                "2023-02-08T10:49:00+24:00",
                "2023-02-08T10:49:00.Z",
                "2023-02-08Z",
                "2023-02-08 noon",
                "08-02-2023x",
                "20230208",
                "12345-02-08"
            })
    void these_are_texts(String text) {
        assertThat(PayloadDatetime.parse(text)).isEmpty();
    }

    @Test
    void a_long_text_is_looked_at_no_further() {
        assertThat(PayloadDatetime.parse("2023-02-08T10:49:00." + "1".repeat(10_000) + "Z"))
                .isEmpty();
    }
}
