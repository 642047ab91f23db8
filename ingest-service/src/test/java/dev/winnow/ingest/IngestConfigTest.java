package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageLimits;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestConfigTest {

    @Test
    void defaults() {
        IngestConfig config = config(Map.of());
        assertThat(config.s3().endpoint()).isEqualTo(URI.create("http://localhost:9000"));
        assertThat(config.s3().publicEndpoint()).isEmpty();
        assertThat(config.s3().region()).isEqualTo("us-east-1");
        assertThat(config.s3().accessKey()).isEqualTo("local-access");
        assertThat(config.s3().secretKey()).isEqualTo("local-secret");
        assertThat(config.s3().bucket()).isEqualTo("winnow");
        assertThat(config.qdrant().host()).isEqualTo("localhost");
        assertThat(config.qdrant().port()).isEqualTo(6334);
        assertThat(config.qdrant().apiKey()).isEmpty();
        assertThat(config.qdrant().tls()).isFalse();
        assertThat(config.limits().maxBytes()).isEqualTo(25_000_000);
        assertThat(config.limits().maxPixels()).isEqualTo(64_000_000);
        assertThat(config.limits().bodyMemory().asLongValue()).isEqualTo(96 << 20);
        assertThat(config.limits().bodyWait()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.limits().maxItems()).isEqualTo(100_000);
        assertThat(config.uploads().expiry()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.reconcile().every()).isEqualTo("off");
    }

    @Test
    void limitsCanBeLoweredButNotRaised() {
        assertThat(Wiring.limits(config(Map.of()).limits())).isEqualTo(ImageLimits.DEFAULT);
        assertThat(Wiring.limits(config(Map.of("WINNOW_LIMITS_MAX_BYTES", "2")).limits())
                        .maxBytes())
                .isEqualTo(2);
        assertThatThrownBy(() -> Wiring.limits(
                        config(Map.of("WINNOW_LIMITS_MAX_BYTES", "25000001")).limits()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("winnow.limits.max-bytes: expected at most 25000000");
        assertThatThrownBy(() -> Wiring.limits(
                        config(Map.of("WINNOW_LIMITS_MAX_PIXELS", "64000001")).limits()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("winnow.limits.max-pixels: expected at most 64000000");
    }

    @Test
    void everyKeyAsAnEnvironmentVariable() {
        IngestConfig config = config(Map.ofEntries(
                Map.entry("WINNOW_S3_ENDPOINT", "https://s3.example.org"),
                Map.entry("WINNOW_S3_PUBLIC_ENDPOINT", "https://images.example.org"),
                Map.entry("WINNOW_S3_REGION", "eu-central-1"),
                Map.entry("WINNOW_S3_ACCESS_KEY", "a"),
                Map.entry("WINNOW_S3_SECRET_KEY", "b"),
                Map.entry("WINNOW_S3_BUCKET", "c"),
                Map.entry("WINNOW_QDRANT_HOST", "qdrant"),
                Map.entry("WINNOW_QDRANT_PORT", "1"),
                Map.entry("WINNOW_QDRANT_API_KEY", "d"),
                Map.entry("WINNOW_QDRANT_TLS", "true"),
                Map.entry("WINNOW_LIMITS_MAX_BYTES", "2"),
                Map.entry("WINNOW_LIMITS_MAX_PIXELS", "3"),
                Map.entry("WINNOW_LIMITS_BODY_MEMORY", "4K"),
                Map.entry("WINNOW_LIMITS_BODY_WAIT", "5s"),
                Map.entry("WINNOW_LIMITS_MAX_ITEMS", "6"),
                Map.entry("WINNOW_UPLOADS_EXPIRY", "7m"),
                Map.entry("WINNOW_RECONCILE_EVERY", "8h")));
        assertThat(config.s3().endpoint()).isEqualTo(URI.create("https://s3.example.org"));
        assertThat(config.s3().publicEndpoint()).contains(URI.create("https://images.example.org"));
        assertThat(config.s3().region()).isEqualTo("eu-central-1");
        assertThat(config.s3().accessKey()).isEqualTo("a");
        assertThat(config.s3().secretKey()).isEqualTo("b");
        assertThat(config.s3().bucket()).isEqualTo("c");
        assertThat(config.qdrant().host()).isEqualTo("qdrant");
        assertThat(config.qdrant().port()).isEqualTo(1);
        assertThat(config.qdrant().apiKey()).contains("d");
        assertThat(config.qdrant().tls()).isTrue();
        assertThat(config.limits().maxBytes()).isEqualTo(2);
        assertThat(config.limits().maxPixels()).isEqualTo(3);
        assertThat(config.limits().bodyMemory().asLongValue()).isEqualTo(4096);
        assertThat(config.limits().bodyWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.limits().maxItems()).isEqualTo(6);
        assertThat(config.uploads().expiry()).isEqualTo(Duration.ofMinutes(7));
        assertThat(config.reconcile().every()).isEqualTo("8h");
    }

    private static IngestConfig config(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, 300))
                .withConverter(io.quarkus.runtime.configuration.MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
                .withMapping(IngestConfig.class)
                .build()
                .getConfigMapping(IngestConfig.class);
    }
}
