package dev.winnow.embedding;

import dev.winnow.contract.Box;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.ComputePool.Rank;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.image.Identifiers;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.OpenImage;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.RefusedException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
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
        return embed(file, true, List.of(), 0).whole().orElseThrow();
    }

    /**
     * What became of a file and of boxes in it.
     *
     * @param whole empty where it was not wanted and the file can be used
     * @param crops for each box; empty where less than a pixel of it lies in the picture, or the model finds nothing in it
     */
    public record Pieces(Optional<Embedding> whole, List<Optional<float[]>> crops) {}

    /**
     * Embeds a file of a stream of files, and crops of it, each like an image of its own; it is decoded once.
     *
     * @param whole whether the image itself is wanted
     * @param padding around each box, see {@link Box#within}
     * @throws InterruptedException if interrupted while waiting for it
     */
    public Pieces embed(byte[] file, boolean whole, List<Box> boxes, double padding) throws InterruptedException {
        CompletableFuture<Begun> decoded = new CompletableFuture<>();
        pool.execute(Rank.DECODE, () -> decode(file, whole, boxes, padding, decoded));
        try {
            Begun begun = decoded.get();
            List<Optional<float[]>> crops = new ArrayList<>();
            for (CompletableFuture<Optional<float[]>> crop : begun.crops) {
                crops.add(crop.get());
            }
            return new Pieces(
                    begun.whole.isEmpty()
                            ? Optional.empty()
                            : Optional.of(begun.whole.get().get()),
                    crops);
        } catch (ExecutionException e) {
            throw failure(file, e);
        }
    }

    /** What follows once the batches have run. */
    private record Begun(
            Optional<CompletableFuture<Embedding>> whole, List<CompletableFuture<Optional<float[]>>> crops) {

        static Begun refused(Rejection rejection) {
            return new Begun(
                    Optional.of(CompletableFuture.completedFuture(new Embedding.Refused(rejection))), List.of());
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

    private void decode(byte[] file, boolean whole, List<Box> boxes, double padding, CompletableFuture<Begun> decoded) {
        try {
            decoded.complete(metrics.time(Stage.DECODE, () -> begin(file, whole, boxes, padding)));
        } catch (Throwable e) {
            // Whoever waits has to hear of an error too.
            decoded.completeExceptionally(e);
        }
    }

    private Begun begin(byte[] file, boolean whole, List<Box> boxes, double padding) throws InterruptedException {
        try (OpenImage image = OpenImage.open(file, pixels)) {
            float[] tensor = tensors.get();
            Optional<CompletableFuture<Embedding>> ofWhole = Optional.empty();
            if (whole) {
                image.prepare(model.preprocessing(), tensor);
                Identifiers identifiers = image.identifiers();
                ofWhole = Optional.of(batcher.add(tensor).thenApply(vector -> embedding(identifiers, vector)));
            }
            List<CompletableFuture<Optional<float[]>>> crops = new ArrayList<>();
            for (Box box : boxes) {
                Optional<Box.Region> region = box.within(image.width(), image.height(), padding);
                if (region.isEmpty()) {
                    crops.add(CompletableFuture.completedFuture(Optional.empty()));
                    continue;
                }
                image.prepare(region.get(), model.preprocessing(), tensor);
                crops.add(batcher.add(tensor));
                pool.helpOut();
            }
            return new Begun(ofWhole, crops);
        } catch (RefusedException e) {
            return Begun.refused(e.rejection());
        } catch (RuntimeException bug) {
            return Begun.refused(rejection(file, bug));
        }
    }

    /** Refuses a file also where the code that prepares it has a fault. */
    private PreparedImage prepared(byte[] file) throws InterruptedException {
        try {
            return PreparedImage.of(file, model.preprocessing(), pixels, tensors.get());
        } catch (RuntimeException bug) {
            return new PreparedImage.Refused(rejection(file, bug));
        }
    }

    private static Rejection rejection(byte[] file, RuntimeException bug) {
        // Trying again would end the same way, and hold up every other image.
        LOG.warnf(bug, "preparing an image of %d bytes failed", file.length);
        return new Rejection.Undecodable(
                "preparing it failed: " + bug.getClass().getSimpleName());
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
