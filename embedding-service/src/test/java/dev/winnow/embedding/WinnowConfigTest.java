package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.embedding.image.DecodeMode;
import dev.winnow.embedding.onnx.CudaOptions;
import dev.winnow.embedding.onnx.ExecutionProvider;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WinnowConfigTest {

    static WinnowConfig with(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(WinnowConfig.class)
                .withDefaultValues(settings)
                .addDiscoveredConverters()
                .build()
                .getConfigMapping(WinnowConfig.class);
    }

    @Test
    void defaultsAreThoseOfTheLocalStack() {
        WinnowConfig config = with(Map.of());
        assertThat(config.s3().endpoint()).isEqualTo(URI.create("http://localhost:9000"));
        assertThat(config.s3().accessKey()).isEqualTo("local-access");
        assertThat(config.s3().secretKey()).isEqualTo("local-secret");
        assertThat(config.s3().bucket()).isEqualTo("winnow");
        assertThat(config.qdrant().host()).isEqualTo("localhost");
        assertThat(config.qdrant().port()).isEqualTo(6334);
        assertThat(config.qdrant().apiKey()).isEmpty();
        assertThat(config.qdrant().tls()).isFalse();
        assertThat(config.qdrant().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.model().manifest()).isEqualTo(Path.of("models/default/winnow-default.yaml"));
        assertThat(config.model().folders()).isEmpty();
        assertThat(config.model().activate()).isFalse();
        assertThat(config.executionProvider()).isEqualTo(ExecutionProvider.AUTO);
        assertThat(config.pipeline().batch()).isEmpty();
        assertThat(config.cuda().options()).isEqualTo(CudaOptions.DEFAULT);
        assertThat(config.pipeline().decode()).isEqualTo(DecodeMode.EXACT);
        assertThat(config.pipeline().threads()).isEmpty();
        assertThat(config.pipeline().queryThreads()).isEmpty();
        assertThat(config.pipeline().fetches()).isEqualTo(16);
        assertThat(config.pipeline().fileMemory().asLongValue()).isEqualTo(64 << 20);
        assertThat(config.pipeline().pixelMemory().asLongValue()).isEqualTo(256 << 20);
        assertThat(config.objects().padding()).isEqualTo(0.1);
        assertThat(config.retry().first()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.retry().longest()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void everyKeyCanBeSet() {
        WinnowConfig config = with(Map.ofEntries(
                Map.entry("winnow.s3.endpoint", "https://s3.example"),
                Map.entry("winnow.s3.access-key", "a"),
                Map.entry("winnow.s3.secret-key", "s"),
                Map.entry("winnow.s3.bucket", "b"),
                Map.entry("winnow.qdrant.host", "q"),
                Map.entry("winnow.qdrant.port", "1"),
                Map.entry("winnow.qdrant.api-key", "k"),
                Map.entry("winnow.qdrant.tls", "true"),
                Map.entry("winnow.qdrant.timeout", "1m"),
                Map.entry("winnow.model.manifest", "/m.yaml"),
                Map.entry("winnow.model.folders", "/models,/a\\,b"),
                Map.entry("winnow.model.activate", "true"),
                Map.entry("winnow.execution-provider", "cuda"),
                Map.entry("winnow.cuda.devices", "1,2"),
                Map.entry("winnow.cuda.sessions", "2"),
                Map.entry("winnow.cuda.memory-limit", "1G"),
                Map.entry("winnow.cuda.arena-extension", "same-as-requested"),
                Map.entry("winnow.cuda.convolution-search", "heuristic"),
                Map.entry("winnow.cuda.tf32", "false"),
                Map.entry("winnow.cuda.copy-in-compute-stream", "false"),
                Map.entry("winnow.cuda.tensor-rt.enabled", "true"),
                Map.entry("winnow.cuda.tensor-rt.fp16", "true"),
                Map.entry("winnow.cuda.tensor-rt.cache", "/engines"),
                Map.entry("winnow.pipeline.decode", "fast"),
                Map.entry("winnow.pipeline.batch", "8"),
                Map.entry("winnow.pipeline.threads", "3"),
                Map.entry("winnow.pipeline.query-threads", "2"),
                Map.entry("winnow.pipeline.fetches", "4"),
                Map.entry("winnow.pipeline.file-memory", "1M"),
                Map.entry("winnow.pipeline.pixel-memory", "2M"),
                Map.entry("winnow.objects.padding", "0.25"),
                Map.entry("winnow.retry.first", "1s"),
                Map.entry("winnow.retry.longest", "2s")));
        assertThat(config.s3().endpoint()).hasHost("s3.example");
        assertThat(config.s3().accessKey()
                        + config.s3().secretKey()
                        + config.s3().bucket())
                .isEqualTo("asb");
        assertThat(config.qdrant().host() + config.qdrant().port()).isEqualTo("q1");
        assertThat(config.qdrant().apiKey()).contains("k");
        assertThat(config.qdrant().tls()).isTrue();
        assertThat(config.qdrant().timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.model().manifest()).isEqualTo(Path.of("/m.yaml"));
        assertThat(config.model().folders()).contains(List.of(Path.of("/models"), Path.of("/a,b")));
        assertThat(config.model().activate()).isTrue();
        assertThat(config.executionProvider()).isEqualTo(ExecutionProvider.CUDA);
        assertThat(config.pipeline().decode()).isEqualTo(DecodeMode.FAST);
        assertThat(config.pipeline().batch()).hasValue(8);
        assertThat(config.cuda().options())
                .isEqualTo(new CudaOptions(
                        List.of(1, 2),
                        2,
                        OptionalLong.of(1 << 30),
                        CudaOptions.ArenaExtension.SAME_AS_REQUESTED,
                        CudaOptions.ConvolutionSearch.HEURISTIC,
                        false,
                        false,
                        Optional.of(new CudaOptions.TensorRt(true, Optional.of(Path.of("/engines"))))));
        assertThat(config.pipeline().threads()).hasValue(3);
        assertThat(config.pipeline().queryThreads()).hasValue(2);
        assertThat(config.pipeline().fetches()).isEqualTo(4);
        assertThat(config.pipeline().fileMemory().asLongValue()).isEqualTo(1 << 20);
        assertThat(config.pipeline().pixelMemory().asLongValue()).isEqualTo(2 << 20);
        assertThat(config.objects().padding()).isEqualTo(0.25);
        assertThat(config.retry().first()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.retry().longest()).isEqualTo(Duration.ofSeconds(2));
    }
}
