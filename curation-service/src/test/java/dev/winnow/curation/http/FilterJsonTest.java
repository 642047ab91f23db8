package dev.winnow.curation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Filter.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void readsEveryKindOfCondition() {
        Filter filter = FilterJson.parse(JSON, """
                {"labels": "cat", "format": ["jpeg", "png"], "width": {"gte": 640, "lt": 2000}, "cluster": 3,
                 "captured_at": {"gt": "2026-01-01T00:00:00Z"}, "not": {"camera": "x"}}
                """);
        assertThat(filter.conditions())
                .containsExactly(
                        new Condition.AnyOf("labels", List.of("cat")),
                        new Condition.AnyOf("format", List.of("jpeg", "png")),
                        new Condition.Range("width", 640.0, null, null, 2000.0),
                        new Condition.AnyOf("cluster", List.of(3L)),
                        new Condition.Period("captured_at", null, Instant.parse("2026-01-01T00:00:00Z"), null, null),
                        new Condition.Not(new Filter(List.of(new Condition.AnyOf("camera", List.of("x"))))));
        assertThat(FilterJson.parse(JSON, " ")).isEqualTo(Filter.ALL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"labels": 3}                        | filter.labels
            {"labels": []}                       | filter.labels
            {"width": "wide"}                    | filter.width
            {"sharpness": 3}                     | filter.sharpness
            {"width": {"from": 3}}               | filter.width.from
            {"width": {"gte": true}}             | filter.width.gte
            {"captured_at": {"gte": "today"}}    | filter.captured_at.gte
            {"dataset": "another-tenant"}        | filter.dataset
            {"not": {"nonsense": "x"}}           | filter.nonsense
            [1]                                  | filter
            {broken                              | filter
            """)
    void namesTheFieldThatIsWrong(String json, String field) {
        assertThatThrownBy(() -> FilterJson.parse(JSON, json))
                .isInstanceOfSatisfying(InvalidParameterException.class, e -> assertThat(e.field())
                        .isEqualTo(field));
    }
}
