package dev.winnow.curation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The images of a slice, and no others, as files for other tools. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SliceExportApiTest {

    private static final String DATASET = "sliced-export";
    private static final List<float[]> VECTORS = TestVectors.random(4, PointsFixture.DIMENSION, 3);

    @Inject
    PointsFixture points;

    private int first;

    @BeforeAll
    void createCollection() {
        points.createCollection();
    }

    @BeforeEach
    void makeSlices() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
        for (int i = 0; i < 4; i++) {
            points.putImage(new ObjectKey(DATASET, "image-" + i + ".jpg"), VECTORS.get(i), 100, 100);
        }
        given().delete("/v1/datasets/{dataset}/slices/some", DATASET);
        first = make(List.of(id(0), id(2), id(3)));
        make(List.of(id(1)));
    }

    /** Makes a version, and returns its number. */
    private static int make(List<String> ids) {
        return given().contentType("application/json")
                .body(Map.of("ids", ids))
                .put("/v1/datasets/{dataset}/slices/some", DATASET)
                .then()
                .statusCode(201)
                .extract()
                .path("version");
    }

    private static String id(int image) {
        return ImageId.of(new ObjectKey(DATASET, "image-" + image + ".jpg")).toString();
    }

    private static Response export(String query) {
        return given().get("/v1/datasets/{dataset}/slices/some/export?" + query, DATASET);
    }

    @Test
    void theImagesOfAVersionGoOut() {
        assertThat(export("format=list&version=" + first).asString().lines())
                .extracting(line -> line.substring(line.lastIndexOf('/') + 1))
                .containsExactlyInAnyOrder("image-0.jpg", "image-2.jpg", "image-3.jpg");
        assertThat(export("format=list").asString().lines())
                .singleElement()
                .asString()
                .endsWith("image-1.jpg");
        Response coco = export("version=" + first);
        assertThat(coco.header("Content-Disposition")).contains(DATASET + "-some-" + first + "-");
        assertThat(coco.jsonPath().getList("images.file_name", String.class)).hasSize(3);
    }

    @Test
    void whatIsWrongIsSaidBeforeTheFirstByte() {
        export("version=99").then().statusCode(404);
        export("format=tfrecord").then().statusCode(422).body(containsString("\"field\":\"format\""));
        given().get("/v1/datasets/another/slices/some/export").then().statusCode(404);
        export("format=list&images=true").then().statusCode(422).body(containsString("single file"));
    }
}
