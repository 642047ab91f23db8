package dev.winnow.embedding;

import dev.winnow.contract.Rejection;
import dev.winnow.embedding.ComputePool.Rank;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.image.Identifiers;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * From a file to its vector: decoding, preprocessing and a forward pass, on threads and in memory that are used again and
 * again. What is decoded at the same time is bounded in bytes.
 */
@ApplicationScoped
public class ImageEmbedder {

    private static final Logger LOG = Logger.getLogger(ImageEmbedder.class);

    private final EmbeddingModel model;
    private final MemoryBudget pixels;
    private final PipelineMetrics metrics;
    private final ComputePool pool;
    private final DynamicBatcher batcher;
    private final ThreadLocal<float[]> tensors;

    @Inject
    ImageEmbedder(EmbeddingModel model, PipelineMetrics metrics, WinnowConfig config) {
        this(
                model,
                new MemoryBudget(config.pipeline().pixelMemory().asLongValue()),
                metrics,
                config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors()));
    }

    ImageEmbedder(EmbeddingModel model, MemoryBudget pixels, PipelineMetrics metrics, int threads) {
        this.model = model;
        this.pixels = pixels;
        this.metrics = metrics;
        this.pool = new ComputePool(threads);
        this.batcher = new DynamicBatcher(model, pool, metrics);
        this.tensors =
                ThreadLocal.withInitial(() -> new float[model.preprocessing().length()]);
    }

    /**
     * Embeds a file of a stream of files: many callers at a time fill the batches.
     *
     * @throws InterruptedException if interrupted while waiting for it
     */
    public Embedding embed(byte[] file) throws InterruptedException {
        CompletableFuture<CompletableFuture<Embedding>> decoded = new CompletableFuture<>();
        pool.execute(Rank.DECODE, () -> decode(file, decoded));
        try {
            return decoded.get().get();
        } catch (ExecutionException e) {
            throw failure(file, e);
        }
    }

    /**
     * Embeds a file that someone waits for, ahead of all others.
     *
     * @throws InterruptedException if interrupted while waiting for it
     */
    public Embedding embedNow(byte[] file) throws InterruptedException {
        try {
            return pool.urgently(() -> switch (prepared(file)) {
                case PreparedImage.Refused refused -> new Embedding.Refused(refused.rejection());
                case PreparedImage.Ready image ->
                    embedding(
                            image.identifiers(),
                            model.embed(List.of(image.tensor())).getFirst());
            });
        } catch (ExecutionException e) {
            throw failure(file, e);
        }
    }

    private void decode(byte[] file, CompletableFuture<CompletableFuture<Embedding>> decoded) {
        try {
            decoded.complete(
                    switch (metrics.time(Stage.DECODE, () -> prepared(file))) {
                        case PreparedImage.Refused refused ->
                            CompletableFuture.completedFuture(new Embedding.Refused(refused.rejection()));
                        case PreparedImage.Ready image -> {
                            Identifiers identifiers = image.identifiers();
                            yield batcher.add(image.tensor()).thenApply(vector -> embedding(identifiers, vector));
                        }
                    });
        } catch (Throwable e) {
            // Whoever waits has to hear of an error too.
            decoded.completeExceptionally(e);
        }
    }

    /** Refuses a file also where the code that prepares it has a fault. */
    private PreparedImage prepared(byte[] file) throws InterruptedException {
        try {
            return PreparedImage.of(file, model.preprocessing(), pixels, tensors.get());
        } catch (RuntimeException bug) {
            // Trying again would end the same way, and hold up every other image.
            LOG.warnf(bug, "preparing an image of %d bytes failed", file.length);
            return new PreparedImage.Refused(new Rejection.Undecodable(
                    "preparing it failed: " + bug.getClass().getSimpleName()));
        }
    }

    private static Embedding embedding(Identifiers identifiers, Optional<float[]> vector) {
        return vector.<Embedding>map(v -> new Embedding.Embedded(identifiers, v))
                .orElseGet(() -> new Embedding.Refused(
                        new Rejection.Undecodable("the model finds nothing to embed in this picture")));
    }

    private static RuntimeException failure(byte[] file, ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case DependencyUnavailableException down -> down;
            case InterruptedException stopped -> throw stopped;
            case null, default ->
                new IllegalStateException("embedding an image of " + file.length + " bytes failed", e.getCause());
        };
    }

    @PreDestroy
    void close() {
        pool.close();
    }
}
