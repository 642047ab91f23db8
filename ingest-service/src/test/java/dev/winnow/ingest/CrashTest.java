package dev.winnow.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.Topic;
import io.minio.ListObjectsArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Kafka and the store die in the middle of uploads, and come back: whatever was acknowledged is in both. */
@QuarkusTest
@QuarkusTestResource(Stack.class)
class CrashTest {

    private static final int UPLOADERS = 8;

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void losesNothingThatWasAcknowledged() throws Exception {
        List<Future<?>> uploaders = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(UPLOADERS)) {
            for (int uploader = 0; uploader < UPLOADERS; uploader++) {
                String prefix = uploader + "/";
                uploaders.add(threads.submit(() -> upload(prefix)));
            }
            awaitMore(100);
            Stack.killAndRestart();
            awaitMore(100);
            Stack.killAndRestart();
            awaitMore(100);
            done.set(true);
        }
        for (Future<?> uploader : uploaders) {
            uploader.get();
        }
        Map<String, List<String>> told = Stack.records(Topic.IMAGES, ImageEvent.class).stream()
                .filter(event -> event.dataset().equals("crash"))
                .collect(Collectors.groupingBy(
                        ImageEvent::path,
                        Collectors.mapping(event -> ((ImageStored) event).etag(), Collectors.toList())));
        Map<String, String> kept = etags("crash/");
        for (Map.Entry<String, String> image : acknowledged.entrySet()) {
            assertThat(told.get(image.getKey())).as(image.getKey()).contains(image.getValue());
            assertThat(kept.get("crash/" + image.getKey())).as(image.getKey()).isEqualTo(image.getValue());
        }
        assertThat(unavailable).hasPositiveValue();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    /** A new image each time, repeated until it is taken, as a client would. */
    private void upload(String prefix) {
        for (int i = 0; !done.get(); i++) {
            String path = prefix + i + ".png";
            byte[] file = Pictures.png(i);
            while (!done.get()) {
                Response answer = given().contentType("application/octet-stream")
                        .body(file)
                        .put("/v1/datasets/crash/images/" + path);
                if (answer.statusCode() == 201) {
                    acknowledged.put(path, answer.path("etag"));
                    break;
                }
                assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotNull();
                assertThat(answer.contentType()).isEqualTo("application/problem+json");
                unavailable.incrementAndGet();
            }
        }
    }

    private void awaitMore(int images) {
        int before = acknowledged.size();
        await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() >= before + images);
    }

    private static Map<String, String> etags(String prefix) throws MinioException {
        Map<String, String> etags = new HashMap<>();
        for (Result<Item> result : Stack.s3()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(Stack.process().bucket())
                        .prefix(prefix)
                        .recursive(true)
                        .build())) {
            Item item = result.get();
            etags.put(item.objectName(), item.etag().replace("\"", ""));
        }
        return etags;
    }
}
