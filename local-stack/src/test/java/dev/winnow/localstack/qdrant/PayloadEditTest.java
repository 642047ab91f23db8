package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting and removing at a path, after the examples of Qdrant's own tests. */
class PayloadEditTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                               | a         | {'a':{'v':1}}",
                "{'a':'b'}                        | a         | {'a':{'v':1}}",
                "{'a':{'b':2}}                    | a         | {'a':{'b':2,'v':1}}",
                "{'a':{'b':2}}                    | a.c       | {'a':{'b':2,'c':{'v':1}}}",
                "{'a':[{'b':2},{'b':3}]}          | a[0]      | {'a':[{'b':2,'v':1},{'b':3}]}",
                "{'a':[{'b':2},{'b':3}]}          | a[]       | {'a':[{'b':2,'v':1},{'b':3,'v':1}]}",
                "{'a':[{'b':2}]}                  | a[1]      | {'a':[{'b':2}]}",
                "{'a':[1,2]}                      | a[].c     | {'a':[{'c':{'v':1}},{'c':{'v':1}}]}",
                "{'a':'x'}                        | a[]       | {'a':[]}",
                "{'a':'x'}                        | a[0]      | {'a':[]}",
                "{}                               | a[0].b    | {'a':[]}",
                "{'a':{'b':1}}                    | a[].b     | {'a':[]}",
                "{'a':[{'b':[{'c':1}]}]}          | a[].b[0]  | {'a':[{'b':[{'c':1,'v':1}]}]}",
                "{'x.y':{'b':1}}                  | \"x.y\"   | {'x.y':{'b':1,'v':1}}"
            })
    void fields_are_set_at_a_path(String before, String path, String after) {
        Map<String, Value> fields = Map.of("v", ValueFactory.value(1), "b-gone", ValueFactory.nullValue());
        assertThat(PayloadEdit.merged(json(before), PayloadPath.parse(path), fields))
                .isEqualTo(json(after));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,'b':2}                    | a         | {'b':2}",
                "{'a':{'b':2,'c':3}}              | a.b       | {'a':{'c':3}}",
                "{'a':1}                          | a.b       | {'a':1}",
                "{'a':1}                          | x.b       | {'a':1}",
                "{'a':[{'b':2,'c':3},{'b':3}]}    | a[].b     | {'a':[{'c':3},{}]}",
                "{'a':[{'b':2,'c':3},{'b':3}]}    | a[1].b    | {'a':[{'b':2,'c':3},{}]}",
                "{'a':[{'b':2,'c':3},{'b':3}]}    | a[7].b    | {'a':[{'b':2,'c':3},{'b':3}]}",
                "{'a':[1,2,3]}                    | a[]       | {'a':[]}",
                "{'a':[1,2,3]}                    | a[1]      | {'a':[1,2,3]}",
                "{'a':{'b':1}}                    | a[]       | {'a':{'b':1}}",
                "{'a':[{'b':[1,2]},{'b':[3]}]}    | a[].b[]   | {'a':[{'b':[]},{'b':[]}]}",
                "{'a':[[{'b':1}],{'b':1}]}        | a[].b     | {'a':[[{'b':1}],{}]}",
                "{'a b':1,'c':2}                  | \"a b\"   | {'c':2}"
            })
    void what_a_path_leads_to_is_removed(String before, String path, String after) {
        assertThat(PayloadEdit.without(json(before), PayloadPath.parse(path))).isEqualTo(json(after));
    }

    @Test
    void a_null_removes() {
        assertThat(PayloadEdit.merged(json("{'a':1,'b':2}"), Map.of("a", ValueFactory.nullValue())))
                .isEqualTo(json("{'b':2}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".a",
                "a.",
                "a..b",
                "[0]",
                "a[",
                "a[-1]",
                "a[x]",
                "a b",
                "a.[0]",
                "\"a",
                "a\"b\"",
                "a[99999999999999999999]",
                "\"a\\b\""
            })
    void some_paths_are_malformed(String path) {
        assertThatThrownBy(() -> PayloadPath.parse(path))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("Invalid json path: '" + path + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a | a",
                "\"a\" | a",
                "über.größe_1-x | über.größe_1-x",
                "\"a b\".c[][3].\"d.e\" | \"a b\".c[][3].\"d.e\"",
                "\"\" | \"\""
            })
    void a_path_has_one_way_to_be_written(String path, String written) {
        assertThat(PayloadPath.parse(path).toString()).isEqualTo(written);
    }

    private static Map<String, Value> json(String text) {
        try {
            return value(new ObjectMapper().readTree(text.replace('\'', '"')))
                    .getStructValue()
                    .getFieldsMap();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Value value(JsonNode node) {
        if (node.isObject()) {
            Map<String, Value> fields = new HashMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
            return ValueFactory.value(fields);
        }
        if (node.isArray()) {
            return ValueFactory.list(
                    node.valueStream().map(PayloadEditTest::value).toList());
        }
        return node.isNumber() ? ValueFactory.value(node.longValue()) : ValueFactory.value(node.textValue());
    }
}
