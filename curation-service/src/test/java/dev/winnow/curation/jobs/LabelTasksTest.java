package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.vectors.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What jobs about labels and splits report of a dataset whose truth is known. */
class LabelTasksTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .findAndAddModules()
            .build();
    private static final int WRONG = 7;
    private static final int UNLABELLED = 120;
    private static final int COPY = 125;

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void probeTellsWhatItKnowsAndWhereItIsWeak() throws JsonProcessingException {
        JsonNode probe = run("{\"type\": \"probe\", \"by\": [\"camera\"], \"limit\": 3}");
        assertThat(probe.at("/labelled").asInt()).isEqualTo(120);
        assertThat(probe.at("/judged").asInt()).isEqualTo(120);
        assertThat(probe.at("/accuracy/value").asDouble()).isGreaterThan(0.9);
        assertThat(probe.at("/classes")).hasSize(3);
        assertThat(probe.at("/slices")).hasSize(2);
        assertThat(probe.at("/images")).hasSize(3);
        assertThat(probe.at("/images/0/path").asText()).isEqualTo("image-007.jpg");
        assertThat(probe.at("/images/0/predicted").asText()).isEqualTo("class-0");
    }

    @Test
    void theWrongLabelComesFirst() throws JsonProcessingException {
        JsonNode issues = run("{\"type\": \"label_issues\", \"k\": 5}");
        JsonNode first = issues.at("/labels/0");
        assertThat(first.at("/path").asText()).isEqualTo("image-007.jpg");
        assertThat(first.at("/label").asText()).isEqualTo("class-1");
        assertThat(first.at("/suggested").asText()).isEqualTo("class-0");
        assertThat(first.at("/issue").asBoolean()).isTrue();
        assertThat(first.at("/neighbours")).hasSize(3);
        assertThat(issues.at("/labels")).hasSize(120);
    }

    @Test
    void labelsAreSuggestedForTheRest() throws JsonProcessingException {
        JsonNode suggested = run("{\"type\": \"suggest_labels\", \"min_probability\": 0.5}");
        assertThat(suggested.at("/unlabelled").asInt()).isEqualTo(6);
        assertThat(suggested.at("/suggestions")).hasSize(6).allSatisfy(suggestion -> {
            assertThat(suggestion.at("/label").asText()).isEqualTo("class-2");
            assertThat(suggestion.at("/alternatives")).hasSize(2);
        });
    }

    @Test
    void splitsKnowNothingOfEachOther() throws JsonProcessingException {
        JsonNode split =
                run("{\"type\": \"split\", \"fractions\": {\"a\": 0.5, \"b\": 0.5}, \"group_by\": [\"scene\"]}");
        assertThat(split.at("/leaks")).isEmpty();
        assertThat(split.at("/assignments")).hasSize(126);
        assertThat(split.at("/splits/0/images").asInt()).isBetween(58, 68);
        assertThat(split.at("/distributions")).hasSize(3);
        JsonNode audit = run("{\"type\": \"audit_split\", \"group_by\": [\"scene\"]}");
        assertThat(audit.at("/splits")).hasSize(2);
        assertThat(audit.at("/leaks_by_reason/near").asInt()).isEqualTo(2);
        assertThat(audit.at("/leaks_by_reason/scene").asInt()).isPositive();
        JsonNode given = run(
                "{\"type\": \"audit_split\", \"assignments\": {\"image-000.jpg\": \"x\", \"image-001.jpg\": \"y\"}}");
        assertThat(given.at("/unassigned").asInt()).isEqualTo(124);
        assertThat(given.at("/leaking").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type": "probe", "folds": 1}                             | folds: expected 2 to 50
                    {"type": "probe", "c": 0}                                 | c: expected
                    {"type": "probe", "by": ["x", "x"]}                       | by: expected
                    {"type": "label_issues", "k": 0}                          | k: expected 1 to 1000
                    {"type": "suggest_labels", "min_probability": 2}          | min_probability: expected 0 to 1
                    {"type": "split", "fractions": {"a": 0.5}}                | fractions: expected a sum of 1
                    {"type": "split", "fractions": {"a": 2}}                  | fractions.a: expected 0 to 1
                    {"type": "split", "ratio": 3}                             | ratio: expected 0 to 2
                    {"type": "audit_split", "tag_prefix": ""}                 | tag_prefix: expected
                    {"type": "audit_split", "assignments": {}}                | assignments: expected
                    """)
    void wrongParametersAreNamed(String task, String message) {
        assertThatThrownBy(() -> JSON.readValue(task, CurationTask.class))
                .rootCause()
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith(message);
    }

    private static JsonNode run(String task) throws JsonProcessingException {
        return JSON.valueToTree(new MemoryIndex(dataset())
                .engine(NEIGHBOURS)
                .run("d", JSON.readValue(task, CurationTask.class), Progress.NONE));
    }

    /** Three classes of forty, one label of which is wrong; six images without, the last one a copy of the one before. */
    private static Snapshot dataset() {
        List<float[]> rows = TestVectors.clustered(new int[] {40, 40, 46}, 16, 0.35, 3);
        rows.set(COPY, rows.get(COPY - 1).clone());
        List<DatasetImage> images = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String path = "image-%03d.jpg".formatted(i);
            images.add(new DatasetImage(
                    ImageId.ofRawKey("d/" + path),
                    path,
                    "sha-" + i,
                    0,
                    "etag",
                    "jpeg",
                    1000,
                    100,
                    100,
                    1,
                    null,
                    i >= UNLABELLED ? List.of() : List.of("class-" + (i == WRONG ? 1 : i / 40)),
                    List.of(i % 2 == 0 ? "split:test" : "split:train"),
                    Map.of("camera", i % 3 == 0 ? "K" : "L", "scene", "s" + i / 3)));
        }
        return TestVectors.snapshot(rows, images);
    }
}
