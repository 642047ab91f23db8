package dev.winnow.localstack.kafka;

import dev.winnow.localstack.TestServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.kafka.KafkaContainer;

/** The same against Kafka: {@code WINNOW_TEST_KAFKA}, its bootstrap servers, or a container. */
@EnabledIf(value = "available", disabledReason = "neither WINNOW_TEST_KAFKA nor Docker")
class RealKafkaContractTest extends KafkaContractTest {

    static boolean available() {
        return TestServer.available("WINNOW_TEST_KAFKA");
    }

    private static @Nullable KafkaContainer container;
    private static String bootstrap = "";

    @BeforeAll
    static void find() {
        String given = System.getenv("WINNOW_TEST_KAFKA");
        if (given != null && !given.isBlank()) {
            bootstrap = given;
            return;
        }
        container = new KafkaContainer("apache/kafka:4.1.0");
        container.start();
        bootstrap = container.getBootstrapServers();
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            container.stop();
        }
    }

    @Override
    String bootstrap() {
        return bootstrap;
    }
}
