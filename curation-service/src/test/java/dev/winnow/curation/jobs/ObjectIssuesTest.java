package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetObject;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.vectors.Neighbours;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Wrong labels of boxes, planted. */
class ObjectIssuesTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .findAndAddModules()
            .build();

    private static final int IMAGES = 40;
    /** Boxes of class 0 that are labelled as of class 1. */
    private static final Set<String> WRONG = new TreeSet<>(Set.of("0/0", "7/0", "19/0", "33/0"));

    private final Snapshot snapshot = TestVectors.snapshot(TestVectors.random(IMAGES, 16, 1));
    private final MemoryIndex index = new MemoryIndex(snapshot);

    ObjectIssuesTest() {
        // One box of each of three classes on each image.
        List<float[]> crops = TestVectors.clustered(new int[] {IMAGES, IMAGES, IMAGES}, 16, 0.35, 3);
        for (int image = 0; image < IMAGES; image++) {
            for (int c = 0; c < 3; c++) {
                String label = "class-" + (WRONG.contains(image + "/" + c) ? 1 : c);
                add(image, Integer.toString(c), label, new Box(40 * c, 10, 30, 30), crops.get(IMAGES * c + image));
            }
        }
    }

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void theWrongLabelsComeFirstWithTheirEvidence() throws JsonProcessingException {
        JsonNode found = run("{\"type\": \"label_issues\", \"kind\": \"object\", \"k\": 5}");
        assertThat(found.at("/objects").asInt()).isEqualTo(120);
        assertThat(found.at("/judged").asInt()).isEqualTo(120);
        assertThat(first(found, WRONG.size())).isEqualTo(WRONG);
        JsonNode worst = found.at("/labels/0");
        assertThat(worst.at("/label").asText()).isEqualTo("class-1");
        assertThat(worst.at("/suggested").asText()).isEqualTo("class-0");
        assertThat(worst.at("/issue").asBoolean()).isTrue();
        assertThat(worst.at("/box")).hasSize(4);
        assertThat(worst.at("/neighbours")).hasSize(3).allSatisfy(neighbour -> {
            assertThat(neighbour.at("/label").asText()).isEqualTo("class-0");
            assertThat(neighbour.at("/parent").asText())
                    .isNotEqualTo(worst.at("/parent").asText());
        });
        assertThat(found.at("/confusions/0/given").asText()).isEqualTo("class-1");
    }

    /** A whole herd with the wrong label must not vouch for itself. */
    @Test
    void boxesOfOneImageAreNoWitnessesOfEachOther() throws JsonProcessingException {
        float[] crop = index.crops.getFirst().vector();
        for (int i = 0; i < 8; i++) {
            add(0, "herd-" + i, "class-1", new Box(10 * i, 60, 9, 9), crop);
        }
        JsonNode found = run("{\"type\": \"label_issues\", \"kind\": \"object\", \"k\": 5}");
        assertThat(first(found, 12))
                .contains("0/0")
                .containsAll(IntStream.range(0, 8).mapToObj(i -> "0/herd-" + i).toList());
        for (JsonNode label : found.at("/labels")) {
            if (label.at("/object").asText().startsWith("herd")) {
                assertThat(label.at("/suggested").asText()).isEqualTo("class-0");
                assertThat(label.at("/agreeing").asDouble()).isLessThan(0.5);
            }
        }
    }

    @Test
    void oneThingUnderTwoLabelsIsNamed() throws JsonProcessingException {
        float[] crop = index.crops.get(1).vector();
        add(5, "again", "class-1", new Box(0.5, 10, 30, 30), crop);
        add(6, "same label", "class-0", new Box(0, 10, 30, 30), crop);
        add(8, "beside", "class-1", new Box(4, 10, 30, 30), crop);
        JsonNode found = run("{\"type\": \"label_issues\", \"kind\": \"object\"}");
        assertThat(found.at("/overlapping_count").asInt()).isEqualTo(1);
        assertThat(found.at("/overlapping/0/iou").asDouble()).isEqualTo(29.5 / 30.5);
        assertThat(found.at("/overlapping/0/one/object").asText()).isEqualTo("0");
        assertThat(found.at("/overlapping/0/other/object").asText()).isEqualTo("again");
        assertThat(found.at("/overlapping/0/other/path").asText()).isEqualTo("image-00005.jpg");
    }

    @Test
    void withoutBoxesThereIsNothingToJudge() {
        index.crops.clear();
        assertThatThrownBy(() -> run("{\"type\": \"label_issues\", \"kind\": \"object\"}"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("label: expected");
        assertThatThrownBy(() -> run("{\"type\": \"label_issues\", \"kind\": \"sound\"}"))
                .isInstanceOf(JsonProcessingException.class);
    }

    private JsonNode run(String task) throws JsonProcessingException {
        return JSON.valueToTree(
                index.engine(NEIGHBOURS).run("d", JSON.readValue(task, CurationTask.class), Progress.NONE));
    }

    private static Set<String> first(JsonNode found, int n) {
        Set<String> boxes = new TreeSet<>();
        IntStream.range(0, n)
                .mapToObj(i -> found.at("/labels/" + i))
                .forEach(label ->
                        boxes.add(Integer.parseInt(label.at("/path").asText().replaceAll("\\D", "")) + "/"
                                + label.at("/object").asText()));
        return boxes;
    }

    private void add(int image, String object, String label, Box box, float[] crop) {
        DatasetImage parent = snapshot.image(image);
        index.crops.add(new ObjectIndex.Embedded(
                new DatasetObject(
                        ObjectId.of(parent.id(), object), parent.id(), parent.path(), object, List.of(label), box),
                crop));
    }
}
