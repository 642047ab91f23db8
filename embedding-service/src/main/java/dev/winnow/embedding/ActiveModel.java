package dev.winnow.embedding;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.onnx.InferenceOptions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Loads the configured model when the service starts, and does not let it start without. */
class ActiveModel {

    private static final Logger LOG = Logger.getLogger(ActiveModel.class);

    @Produces
    @Singleton
    @Startup
    EmbeddingModel load(WinnowConfig config, MeterRegistry registry) {
        int threads = config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors());
        EmbeddingModel model = EmbeddingModel.load(
                config.model().manifest(),
                // Each thread of the pipeline makes forward passes of its own, which takes less than sharing one.
                new InferenceOptions(
                        config.executionProvider(),
                        1,
                        threads,
                        config.pipeline().batch(),
                        config.cuda().options()));
        model.fallback()
                .ifPresent(reason -> registry.counter("winnow.model.fallbacks").increment());
        ModelManifest manifest = model.manifest();
        Gauge.builder("winnow.model.active", () -> 1)
                .description("The model in use, and what it runs on")
                .tag("model", manifest.name())
                .tag("version", manifest.version())
                .tag("execution_provider", model.provider().toString())
                .register(registry);
        LOG.infof("model %s %s runs on %s", manifest.name(), manifest.version(), model.provider());
        return model;
    }

    void close(@Disposes EmbeddingModel model) throws OrtException {
        model.close();
    }
}
