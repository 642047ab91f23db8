package dev.winnow.curation;

import static dev.winnow.curation.CurationApi.problem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What to label next by HTTP, while labels and images come and go by every way there is. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NextApiTest {

    private static final String NEXT = "/v1/datasets/next-a/next";

    @Inject
    PointsFixture points;

    @Inject
    QdrantClient qdrant;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @BeforeAll
    void fill() {
        points.createCollection();
        List<float[]> rows = TestVectors.clustered(new int[] {40, 20, 10}, PointsFixture.DIMENSION, 0.3, 31);
        points.put("next-a", rows);
        points.put("next-b", rows.subList(0, 30));
    }

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void theListFollowsWhateverHappens() throws Exception {
        List<String> all = next("n=70");
        assertThat(all).hasSize(70).doesNotHaveDuplicates();
        given().get(NEXT + "?n=3")
                .then()
                .body("model", equalTo("test"))
                .body("objectives.coverage", equalTo(1.0f))
                .body("watermark.images", equalTo(70))
                .body("watermark.as_of", notNullValue())
                .body("reconciled_at", notNullValue())
                .body("labelled", equalTo(0))
                .body("candidates", equalTo(70))
                .body("images", hasSize(3))
                .body("images[0].distance", equalTo(2.0f))
                .body("images.path", everyItem(startsWith("cluster-")))
                .body("images.reason", everyItem(equalTo("coverage")));

        // In their order, by two ways: the rest stays as it is.
        label(all.get(0), "a");
        given().contentType("text/csv")
                .body("path,label\n" + path(all.get(1)) + ",b\n" + path(all.get(2)) + ",b\n")
                .post("/v1/datasets/next-a/annotations")
                .then()
                .statusCode(200);
        assertThat(next("n=67")).isEqualTo(all.subList(3, 70));
        given().get(NEXT + "?n=1")
                .then()
                .body("labelled", equalTo(3))
                .body("images[0].nearest_labelled", notNullValue())
                .body("images[0].uncertainty", notNullValue());
        assertThat(next("n=5&exclude=" + all.get(3) + "," + all.get(5) + "&exclude=" + all.get(6)))
                .containsExactly(all.get(4), all.get(7), all.get(8), all.get(9), all.get(10));

        // What another replica writes is told by nobody; it is not offered all the same.
        points.setPayload(
                List.of(ImageId.parse(all.get(3))),
                PointSchema.LABELS,
                ValueFactory.list(List.of(ValueFactory.value("c"))));
        points.setPayload(List.of(ImageId.parse(all.get(4))), "decision", ValueFactory.value("drop"));
        assertThat(next("n=70")).hasSize(65).doesNotContain(all.get(3), all.get(4));

        // An arrival far from everything, and one that leaves.
        float[] far = new float[PointsFixture.DIMENSION];
        float[] first = points.vector("next-a", 0);
        for (int i = 0; i < far.length; i++) {
            far[i] = -first[i];
        }
        ObjectKey key = new ObjectKey("next-a", "far.jpg");
        points.putImage(key, far, 100, 100);
        Outcomes outcomes = new Outcomes(kafka);
        outcomes.publish(
                new ImageEmbedded(ImageId.of(key), "next-a", key.path(), "etag0", "test", Instant.now(), null));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(next("n=10"))
                .contains(ImageId.of(key).toString()));
        ImageId leaving = ImageId.parse(next("n=1").getFirst());
        qdrant.deleteAsync(PointSchema.collection("test"), List.of(PointIdFactory.id(leaving.value())))
                .get();
        // Not even before the outcome is told.
        assertThat(next("n=70")).doesNotContain(leaving.toString());
        outcomes.publish(new EmbeddingRemoved(leaving, "next-a", "gone.jpg", Instant.now(), null));

        // A label that goes puts its image back, where a new frontier would have it.
        given().contentType(ContentType.JSON)
                .body("{\"labels\": []}")
                .patch("/v1/datasets/next-a/images/" + all.get(0))
                .then()
                .statusCode(200);
        List<String> kept = next("n=70");
        assertThat(kept).contains(all.get(0));
        assertThat(next("n=70&uncertainty=2")).containsExactlyInAnyOrderElementsOf(kept);

        // The other dataset has seen nothing of all this.
        given().get("/v1/datasets/next-b/next?n=100")
                .then()
                .statusCode(200)
                .body("images", hasSize(30))
                .body("labelled", equalTo(0));
    }

    /** So many that the list is made anew; meanwhile it offers nothing that is labelled. */
    @Test
    void anImportOfManyLabelsIsCaughtUp() {
        points.put("next-c", TestVectors.random(1_300, PointsFixture.DIMENSION, 32));
        String next = "/v1/datasets/next-c/next?n=1000";
        given().get(next).then().statusCode(200).body("candidates", equalTo(1_300));
        StringBuilder csv = new StringBuilder("path,label\n");
        Set<String> rest = new HashSet<>();
        for (int i = 0; i < 1_300; i++) {
            if (i % 13 == 0) {
                rest.add(points.id("next-c", i).toString());
            } else {
                csv.append(points.path("next-c", i))
                        .append(",class-")
                        .append(i % 3)
                        .append('\n');
            }
        }
        given().contentType("text/csv")
                .body(csv.toString())
                .post("/v1/datasets/next-c/annotations")
                .then()
                .statusCode(200)
                .body("labelled", equalTo(1_200));
        assertThat(given().get(next).<List<String>>path("images.id")).hasSameElementsAs(rest);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> given().get(next)
                .then()
                .body("unapplied", equalTo(0))
                .body("labelled", equalTo(1_200))
                .body("candidates", equalTo(100)));
    }

    /** Each takes what the other is not at, until nothing is left. */
    @Test
    void severalLabelAtOnce() throws Exception {
        points.put("next-d", TestVectors.random(24, PointsFixture.DIMENSION, 33));
        Set<String> atWork = ConcurrentHashMap.newKeySet();
        Callable<Integer> labeller = () -> {
            int labelled = 0;
            while (true) {
                List<String> ids = given().queryParam("exclude", String.join(",", atWork))
                        .queryParam("n", 2)
                        .get("/v1/datasets/next-d/next")
                        .path("images.id");
                if (ids.isEmpty()) {
                    return labelled;
                }
                for (String id : ids) {
                    if (atWork.add(id)) {
                        given().contentType(ContentType.JSON)
                                .body("{\"labels\": [\"a\"]}")
                                .patch("/v1/datasets/next-d/images/" + id)
                                .then()
                                .statusCode(200);
                        labelled++;
                    }
                }
            }
        };
        int all = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> labelled : pool.invokeAll(List.of(labeller, labeller, labeller, labeller))) {
                all += labelled.get();
            }
        }
        assertThat(all).isEqualTo(24);
        given().get("/v1/datasets/next-d/next")
                .then()
                .body("labelled", equalTo(24))
                .body("images", hasSize(0));
    }

    @Test
    void badRequestsAreNamed() {
        problem(given().get(NEXT + "?n=0"), 422).body("field", equalTo("n"));
        problem(given().get(NEXT + "?n=1001"), 422).body("field", equalTo("n"));
        problem(given().get(NEXT + "?uncertainty=-1"), 422).body("field", equalTo("uncertainty"));
        problem(given().get(NEXT + "?exclude=cat"), 422).body("field", equalTo("exclude"));
        problem(given().get("/v1/datasets/nothing/next"), 404);
    }

    private static List<String> next(String query) {
        return new ArrayList<>(
                given().get(NEXT + "?" + query).then().statusCode(200).extract().<List<String>>path("images.id"));
    }

    private static void label(String id, String label) {
        given().contentType(ContentType.JSON)
                .body("{\"labels\": [\"" + label + "\"]}")
                .patch("/v1/datasets/next-a/images/" + id)
                .then()
                .statusCode(200);
    }

    private static String path(String id) {
        return given().get("/v1/datasets/next-a/images/" + id).path("path");
    }
}
