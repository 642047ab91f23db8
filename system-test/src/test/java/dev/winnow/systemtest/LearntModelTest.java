package dev.winnow.systemtest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.cli.sample.SampleSet;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model learnt from labels on a running suite: trained, added, changed to without fetching an image, and back. */
class LearntModelTest {

    @TempDir
    Path data;

    @TempDir
    Path models;

    private final List<SampleSet.Labelled> images = SampleImages.truth().images().stream()
            .filter(image -> image.label() != null)
            .limit(120)
            .toList();

    @Test
    void isChangedToWithoutEmbeddingAnyImageAgain() throws Exception {
        // Tells the suite where the models are.
        assertSucceeds("use", "winnow-default", "--data", data.toString());
        try (RunningSuite suite = RunningSuite.start(data)) {
            Client client = new Client(suite.endpoints(), "sorted");
            for (SampleSet.Labelled image : images) {
                Response stored = client.put(image.path(), SampleImages.read(image.path()));
                assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
            }
            client.awaitCounts(images.size(), 0);
            label(client);

            JsonPath learnt = client.job(Map.of("type", "adapter", "name", "learnt", "dimension", 16));
            String id = learnt.getString("adapter");
            assertThat(id).startsWith("learnt-");
            assertThat(learnt.getInt("labelled")).isEqualTo(images.size());
            assertThat(learnt.getString("base")).startsWith("winnow-default-");

            assertThat(assertSucceeds("adapt", id, "--data", data.toString()).out())
                    .contains("Added " + id + ": 16 numbers");
            double fetched = metric(suite, "winnow_stage_seconds_count{", "stage=\"fetch\"");
            RunningSuite.Run changed = assertSucceeds("use", "learnt", "--data", data.toString());
            assertThat(changed.out()).contains("Completeness 1.0000", "Active: " + id);
            assertThat(metric(suite, "winnow_images_reprojected_total", "")).isEqualTo(images.size());
            assertThat(metric(suite, "winnow_stage_seconds_count{", "stage=\"fetch\""))
                    .isEqualTo(fetched);

            client.awaitCounts(images.size(), 0);
            SampleSet.Labelled first = images.getFirst();
            JsonPath found = client.searchByUpload(SampleImages.read(first.path()), "", 5)
                    .jsonPath();
            assertThat(found.getString("model")).isEqualTo(id);
            assertThat(found.getString("hits[0].path")).isEqualTo(first.path());
            assertThat(found.getDouble("hits[0].similarity")).isGreaterThan(0.999);
            assertThat(client.get("/images?limit=1").jsonPath().getList("images[0].labels"))
                    .hasSize(1);

            assertThat(assertSucceeds("rollback", "--data", data.toString()).out())
                    .contains("Active again: winnow-default");
            client.awaitCounts(images.size(), 0);
        }
    }

    private void label(Client client) {
        String csv = images.stream()
                .map(image -> "\"" + image.path() + "\"," + image.label())
                .collect(Collectors.joining("\n", "path,label\n", "\n"));
        Response labelled = given().baseUri(client.endpoints().curation())
                .contentType("text/csv")
                .body(csv.getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets/sorted/annotations");
        assertThat(labelled.statusCode()).as(labelled.asString()).isEqualTo(200);
    }

    private RunningSuite.Run assertSucceeds(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 3];
        all[0] = "models";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--models";
        all[all.length - 1] = models.toString();
        RunningSuite.Run run = RunningSuite.run(all);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run;
    }

    private static double metric(RunningSuite suite, String name, String tag) {
        return given().baseUri(suite.endpoints().embedding())
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
