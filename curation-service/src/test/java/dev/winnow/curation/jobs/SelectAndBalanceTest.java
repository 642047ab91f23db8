package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tasks {@code select}, where it weighs objectives, and {@code balance}, as they are asked for and answered. */
class SelectAndBalanceTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final int SIZE = 160;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .findAndAddModules()
            .build();

    private final MemoryIndex index = new MemoryIndex(snapshot());

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    /** 100 cats, of which 30 have a label, 50 dogs (20), 10 owls (3); every fifth by night, every fourth by camera B. */
    private static Snapshot snapshot() {
        List<DatasetImage> images = new ArrayList<>();
        for (int row = 0; row < SIZE; row++) {
            boolean labelled = row < 30 || (row >= 100 && row < 120) || (row >= 150 && row < 153);
            DatasetImage image = TestVectors.image(
                    path(row),
                    "sha-" + row,
                    300,
                    labelled ? List.of(row < 100 ? "cat" : row < 150 ? "dog" : "owl") : List.of());
            images.add(new DatasetImage(
                    image.id(),
                    image.path(),
                    image.sha256(),
                    row,
                    image.etag(),
                    image.format(),
                    image.bytes(),
                    300,
                    300,
                    1,
                    null,
                    image.labels(),
                    List.of(),
                    Map.of("brightness", row % 5 == 0 ? 0.1 : 0.6, "camera", row % 4 == 0 ? "B" : "A")));
        }
        return TestVectors.snapshot(TestVectors.clustered(new int[] {100, 50, 10}, 16, 0.4, 9), images);
    }

    private static String path(int row) {
        return "image-%05d.jpg".formatted(row);
    }

    private JsonNode run(String task) throws JsonProcessingException {
        CurationTask parsed = JSON.readValue(task.replace('\'', '"'), CurationTask.class);
        assertThat(JSON.readValue(JSON.writeValueAsString(parsed), CurationTask.class))
                .isEqualTo(parsed);
        return JSON.valueToTree(index.engine(NEIGHBOURS).run("d", parsed, Progress.NONE));
    }

    @Test
    void selectsByObjectivesFromWhatIsLabelled() throws JsonProcessingException {
        String task = "{'type': 'select', 'n': 30, 'exclude_duplicates': false, 'start': 'labelled',"
                + " 'objectives': {'coverage': 1, 'facility_location': 0.5, 'uncertainty': 0.2},"
                + " 'targets': [{'identifier': 'brightness', 'bounds': [0.3], 'shares': [0.3, 0.7], 'weight': 50},"
                + " {'identifier': 'camera', 'values': ['A', 'B'], 'shares': [0.6, 0.4], 'weight': 50}]}";
        JsonNode result = run(task);
        assertThat(result.at("/by").asText()).isEqualTo("none");
        assertThat(result.at("/selected")).hasSize(30);
        Set<String> labelled = new HashSet<>();
        IntStream.range(0, SIZE)
                .filter(row -> row < 30 || (row >= 100 && row < 120) || (row >= 150 && row < 153))
                .forEach(row -> labelled.add(path(row)));
        result.at("/selected").forEach(each -> assertThat(labelled)
                .doesNotContain(each.at("/path").asText()));
        JsonNode achieved = result.at("/achieved");
        assertThat(achieved.at("/start").asInt()).isEqualTo(53);
        assertThat(achieved.at("/contributed").properties()).hasSize(5);
        assertThat(achieved.at("/radius_before").asDouble())
                .isGreaterThan(achieved.at("/selected/coverage_radius").asDouble());
        assertThat(result.at("/coverage_radius")).isEqualTo(achieved.at("/selected/coverage_radius"));
        // Few images by night are by camera B, and who is chosen early does not know: of 83 at most four are amiss.
        assertThat(achieved.at("/targets/0/distance/selected").asDouble()).isLessThan(5.0 / 83);
        assertThat(achieved.at("/targets/1/distance/selected").asDouble()).isLessThan(5.0 / 83);
        assertThat(achieved.at("/targets/0/bins/1").asText()).isEqualTo("from 0.3");
        assertThat(run(task).at("/selected")).isEqualTo(result.at("/selected"));
    }

    @Test
    void selectsWhatScoresSay() throws JsonProcessingException {
        String scores = "'%s': 3, '%s': 2".formatted(id(17), id(130));
        JsonNode result = run("{'type': 'select', 'n': 2, 'exclude_duplicates': false,"
                + " 'objectives': {'uncertainty': 1}, 'scores': {" + scores + "}}");
        assertThat(result.at("/selected/0/path").asText()).isEqualTo(path(17));
        assertThat(result.at("/selected/1/path").asText()).isEqualTo(path(130));
        assertThat(result.at("/achieved/uncertainty/selected").asDouble()).isEqualTo(2.5);
    }

    private static ImageId id(int row) {
        return ImageId.ofRawKey("d/" + path(row));
    }

    @Test
    void balancesClassesUnderObjectives() throws JsonProcessingException {
        JsonNode equal = run("{'type': 'select', 'n': 13, 'by': 'label', 'exclude_duplicates': false,"
                + " 'objectives': {'facility_location': 1}}");
        assertThat(counts(equal.at("/after"))).isEqualTo(Map.of("cat", 5, "dog", 5, "owl", 3));
        JsonNode limited = run("{'type': 'select', 'n': 20, 'by': 'label', 'exclude_duplicates': false,"
                + " 'floors': {'owl': 3, 'dog': 9}, 'quotas': {'cat': 4}}");
        assertThat(limited.at("/after/owl").asInt()).isEqualTo(3);
        assertThat(limited.at("/after/dog").asInt()).isGreaterThanOrEqualTo(9);
        assertThat(limited.at("/after/cat").asInt()).isLessThanOrEqualTo(4);
        assertThat(limited.at("/achieved/floors_missed").isEmpty()).isTrue();
    }

    private static Map<String, Integer> counts(JsonNode counts) {
        return JSON.convertValue(
                counts, JSON.getTypeFactory().constructMapType(Map.class, String.class, Integer.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "min_distance   | 'min_distance': 3",
                "by             | 'by': 'hierarchy', 'min_distance': 1",
                "by             | 'by': 'none'",
                "by             | 'floors': {'cat': 1}",
                "k              | 'k': 3, 'min_distance': 0.1",
                "start          | 'start': 'labelled', 'by': 'label'",
                "scores         | 'scores': {'x': -1}",
                "objectives.coverage | 'objectives': {'coverage': -1}",
                "targets.shares | 'targets': [{'identifier': 'a', 'values': ['x', 'y'], 'shares': [0.5, 0.6]}]",
                "targets.shares | 'targets': [{'identifier': 'a', 'bounds': [1], 'shares': [1]}]",
                "targets.bounds | 'targets': [{'identifier': 'a', 'bounds': [2, 1], 'shares': [0, 0.5, 0.5]}]",
                "targets.values | 'targets': [{'identifier': 'a', 'shares': [1]}]",
            })
    void namesTheParameterThatIsWrong(String field, String parameters) {
        String task = "{'type': 'select', 'n': 5, %s}".formatted(parameters).replace('\'', '"');
        assertThatThrownBy(() -> JSON.readValue(task, CurationTask.class))
                .isInstanceOf(JsonMappingException.class)
                .hasRootCauseInstanceOf(InvalidParameterException.class)
                .rootCause()
                .hasMessageStartingWith(field + ": expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "targets.identifier | 'targets': [{'identifier': 'nowhere', 'bounds': [1], 'shares': [0.5, 0.5]}]",
                "floors | 'by': 'label', 'floors': {'bat': 1}",
                "floors | 'by': 'label', 'floors': {'cat': 6}",
                "floors | 'by': 'label', 'floors': {'cat': 3}, 'quotas': {'cat': 2}",
            })
    void saysWhatTheDatasetLacks(String field, String parameters) {
        assertThatThrownBy(
                        () -> run("{'type': 'select', 'n': 5, 'exclude_duplicates': false, %s}".formatted(parameters)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith(field + ": expected");
    }

    @Test
    void balanceTellsWhatIsScarceAndWhereMoreMayBe() throws JsonProcessingException {
        index.boxes.write(new ImageObjects(
                "d",
                path(0),
                List.of(box("1", "cat", new Box(0, 0, 30, 30)), box("2", "owl", new Box(200, 200, 100, 50))),
                null));
        index.boxes.write(new ImageObjects("d", path(1), List.of(), null));
        index.boxes.write(new ImageObjects("d", "gone.jpg", List.of(box("1", "cat", new Box(0, 0, 1, 1))), null));
        JsonNode result = run("{'type': 'balance'}");
        assertThat(counts(result.at("/classes"))).isEqualTo(Map.of("cat", 30, "dog", 20, "owl", 3));
        assertThat(result.at("/labelled").asInt()).isEqualTo(53);
        assertThat(result.at("/imbalance/ratio").asDouble()).isEqualTo(10);
        assertThat(result.at("/scarce")).hasSize(1);
        assertThat(result.at("/scarce/0/label").asText()).isEqualTo("owl");
        Set<String> owls = new HashSet<>();
        IntStream.range(0, 7)
                .forEach(i ->
                        owls.add(result.at("/scarce/0/likely/" + i + "/path").asText()));
        assertThat(owls)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(153, 160)
                        .mapToObj(SelectAndBalanceTest::path)
                        .toList());
        assertThat(counts(result.at("/subset/classes"))).isEqualTo(Map.of("cat", 3, "dog", 3, "owl", 3));
        assertThat(result.at("/subset/imbalance/normalised_entropy").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(result.at("/boxes/images").asInt()).isEqualTo(2);
        assertThat(result.at("/boxes/count").asInt()).isEqualTo(2);
        assertThat(result.at("/boxes/classes/owl/aspect/median").asDouble()).isEqualTo(2);
        assertThat(result.at("/boxes/together/0/lift").asDouble()).isEqualTo(2);
    }

    private static ObjectBox box(String id, String label, Box box) {
        return new ObjectBox(id, label, box, null, null, Instant.EPOCH);
    }
}
