package dev.winnow.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.curation.vectors.ExecutionProvider;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import org.junit.jupiter.api.Test;

class CurationConfigTest {

    @Test
    void defaults() {
        CurationConfig config = new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .build()
                .getConfigMapping(CurationConfig.class);
        assertThat(config.s3().endpoint()).isEqualTo(URI.create("http://localhost:9000"));
        assertThat(config.s3().accessKey()).isEqualTo("local-access");
        assertThat(config.s3().secretKey()).isEqualTo("local-secret");
        assertThat(config.s3().bucket()).isEqualTo("winnow");
        assertThat(config.qdrant().host()).isEqualTo("localhost");
        assertThat(config.qdrant().port()).isEqualTo(6334);
        assertThat(config.qdrant().tls()).isFalse();
        assertThat(config.qdrant().apiKey()).isEmpty();
        assertThat(config.embedding().url()).isEqualTo(URI.create("http://localhost:8101"));
        assertThat(config.jobs().maxImages()).isEqualTo(2_000_000);
        assertThat(config.vectors().cacheBytes()).isEqualTo(256L << 20);
        assertThat(config.vectors().frontierBytes()).isEqualTo(512L << 20);
        assertThat(config.vectors().exactUpTo()).isEqualTo(200_000);
        assertThat(config.vectors().executionProvider()).isEqualTo(ExecutionProvider.AUTO);
        assertThat(config.jobs().perDataset()).isEqualTo(8);
    }

    @Test
    void everyKey() {
        CurationConfig config = new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .withDefaultValue("winnow.s3.endpoint", "https://s3.example")
                .withDefaultValue("winnow.s3.access-key", "a")
                .withDefaultValue("winnow.s3.secret-key", "b")
                .withDefaultValue("winnow.s3.bucket", "c")
                .withDefaultValue("winnow.qdrant.host", "q")
                .withDefaultValue("winnow.qdrant.port", "1")
                .withDefaultValue("winnow.qdrant.tls", "true")
                .withDefaultValue("winnow.qdrant.api-key", "k")
                .withDefaultValue("winnow.embedding.url", "http://e")
                .withDefaultValue("winnow.jobs.max-images", "5")
                .withDefaultValue("winnow.vectors.cache-bytes", "6")
                .withDefaultValue("winnow.vectors.frontier-bytes", "8")
                .withDefaultValue("winnow.vectors.exact-up-to", "7")
                .withDefaultValue("winnow.vectors.execution-provider", "cuda")
                .withDefaultValue("winnow.jobs.per-dataset", "3")
                .build()
                .getConfigMapping(CurationConfig.class);
        assertThat(config.s3().endpoint()).isEqualTo(URI.create("https://s3.example"));
        assertThat(config.s3().accessKey()
                        + config.s3().secretKey()
                        + config.s3().bucket())
                .isEqualTo("abc");
        assertThat(config.qdrant().host()).isEqualTo("q");
        assertThat(config.qdrant().port()).isEqualTo(1);
        assertThat(config.qdrant().tls()).isTrue();
        assertThat(config.qdrant().apiKey()).contains("k");
        assertThat(config.embedding().url()).isEqualTo(URI.create("http://e"));
        assertThat(config.jobs().maxImages()).isEqualTo(5);
        assertThat(config.vectors().cacheBytes()).isEqualTo(6);
        assertThat(config.vectors().frontierBytes()).isEqualTo(8);
        assertThat(config.vectors().exactUpTo()).isEqualTo(7);
        assertThat(config.vectors().executionProvider()).isEqualTo(ExecutionProvider.CUDA);
        assertThat(config.jobs().perDataset()).isEqualTo(3);
    }
}
