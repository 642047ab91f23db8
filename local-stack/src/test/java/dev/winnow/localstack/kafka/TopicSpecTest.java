package dev.winnow.localstack.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicSpecTest {

    @Test
    void reads_name_partitions_and_policy() {
        assertThat(TopicSpec.parse("winnow.images:4:compact")).isEqualTo(new TopicSpec("winnow.images", 4, "compact"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "name:4", "name:0:delete", "name:x:delete", ":1:delete", "name:1:keep"})
    void refuses_anything_else(String text) {
        assertThatThrownBy(() -> TopicSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
