package dev.winnow.curation.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.tasks.CurationTask;
import dev.winnow.curation.tasks.TaskResult;
import dev.winnow.curation.vectors.Neighbours;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for whatever can be asked for, on datasets that have next to nothing to say. */
class EveryTaskTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .findAndAddModules()
            .build();

    /** What a task cannot do without. */
    private static final Map<String, String> REQUIRED = Map.of(
            "copy", ", \"slice\": \"s\", \"version\": 1, \"to\": {\"prefix\": \"e\"}",
            "delete", ", \"slice\": \"s\", \"version\": 1, \"token\": \"" + MemoryIndex.TOKEN + "\"",
            "select", ", \"n\": 1",
            "thin", ", \"n\": 1");

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    static Stream<Arguments> tasksAndDatasets() {
        float[] one = {3, 4, 0, 0};
        List<List<float[]>> datasets = List.of(
                List.of(),
                List.of(one),
                TestVectors.random(2, 4, 7),
                Collections.nCopies(2, one),
                Collections.nCopies(40, one));
        return Arrays.stream(CurationTask.class.getPermittedSubclasses())
                .flatMap(task -> task.isSealed() ? Arrays.stream(task.getPermittedSubclasses()) : Stream.of(task))
                .map(task -> task.getAnnotation(JsonTypeName.class).value())
                .flatMap(type -> datasets.stream().map(rows -> Arguments.of(type, rows.size(), rows)));
    }

    @ParameterizedTest(name = "{0} of {1} images")
    @MethodSource("tasksAndDatasets")
    void worksOrSaysWhyNot(String type, int size, List<float[]> rows) throws JsonProcessingException {
        CurationTask task = JSON.readValue(
                "{\"type\": \"%s\"%s}".formatted(type, REQUIRED.getOrDefault(type, "")), CurationTask.class);
        Snapshot snapshot = TestVectors.snapshot(rows);
        MemoryJobStore store = new MemoryJobStore();
        UUID id = UUID.randomUUID();
        store.save(new CurationJob.Queued(new CurationJob.Order(id, "d", task, Instant.EPOCH)));
        new JobRunner(
                        store,
                        new MemoryMapStore(),
                        new MemoryAdapterStore(),
                        new MemoryIndex(snapshot).engine(NEIGHBOURS))
                .run(id);

        switch (store.get(id)) {
            case CurationJob.Succeeded done -> assertStated(store.result(id), type, size);
            case CurationJob.Failed failed ->
                assertThat(failed.error()).contains("expected").doesNotContain("internal error");
            default -> throw new AssertionError(store.get(id));
        }
        assertThat(store.get(id).order().parameters()).isEqualTo(task);
    }

    private static void assertStated(TaskResult result, String type, int size) {
        JsonNode json = JSON.valueToTree(result);
        assertThat(json.at("/type").asText()).isEqualTo(type);
        assertThat(json.at("/parameters/type").asText()).isEqualTo(type);
        assertThat(json.at("/dataset").asText()).isEqualTo("d");
        assertThat(json.at("/model").asText()).isEqualTo("m");
        assertThat(json.at("/seed").asLong()).isEqualTo(42);
        assertThat(json.at("/watermark/images").asInt(-1)).isEqualTo(size);
        assertThat(json.at("/seconds").isNumber()).isTrue();
        // Not a number can be written, and means that something was divided by nothing.
        assertThat(json.toString()).doesNotContain("NaN", "Infinity");
    }
}
