package dev.winnow.embedding;

import dev.winnow.contract.Box;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.ComputePool.Rank;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.image.DecodeMode;
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
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * From a file to its vector: decoding, preprocessing and a forward pass, on threads and in memory that are used again and
 * again. What is decoded at the same time is bounded in bytes.
 */
@ApplicationScoped
public class ImageEmbedder {

    private static final Logger LOG = Logger.getLogger(ImageEmbedder.class);

    /** More than there can be callers at a time. */
    private static final int ALL = Integer.MAX_VALUE;

    private final Semaphore inWork = new Semaphore(ALL, true);
    private final EmbeddingModel model;
    private final DecodeMode decode;
    private final MemoryBudget pixels;
    private final PipelineMetrics metrics;
    private final ComputePool pool;
    private final DynamicBatcher batcher;
    private final ThreadLocal<float[]> tensors;

    @Inject
    ImageEmbedder(EmbeddingModel model, PipelineMetrics metrics, WinnowConfig config) {
        this(
                model,
                config.pipeline().decode(),
                new MemoryBudget(config.pipeline().pixelMemory().asLongValue()),
                metrics,
                config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors()));
    }

    ImageEmbedder(EmbeddingModel model, MemoryBudget pixels, PipelineMetrics metrics, int threads) {
        this(model, DecodeMode.EXACT, pixels, metrics, threads);
    }

    ImageEmbedder(EmbeddingModel model, DecodeMode decode, MemoryBudget pixels, PipelineMetrics metrics, int threads) {
        this.model = model;
        this.decode = decode;
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
        return embed(file, Wanted.WHOLE).whole().orElseThrow();
    }

    /**
     * What became of a file and of boxes in it.
     *
     * @param whole empty where it was not wanted and the file can be used
     * @param crops for each box; empty where less than a pixel of it lies in the picture, or the model finds nothing in it
     */
    public record Pieces(Optional<Embedding> whole, List<Optional<float[]>> crops) {}

    /**
     * Embeds of a file of a stream of files what is wanted of it; it is decoded once.
     *
     * @throws InterruptedException if interrupted while waiting for it
     */
    public Pieces embed(byte[] file, Wanted wanted) throws InterruptedException {
        inWork.acquire();
        try {
            return enqueue(file, wanted);
        } finally {
            inWork.release();
        }
    }

    /** What is done before and after a file is embedded, while there is no other. */
    interface Around {
        void before();

        /** Also called after a failure. */
        void after();
    }

    /**
     * Embeds a file while no other one is decoded or embedded in this process: waits until all others are done, and all
     * others wait meanwhile.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    Pieces embedAlone(byte[] file, Wanted wanted, Around around) throws InterruptedException {
        inWork.acquire(ALL);
        try {
            around.before();
            try {
                return enqueue(file, wanted);
            } finally {
                around.after();
            }
        } finally {
            inWork.release(ALL);
        }
    }

    /** Whether a file has to wait because another is embedded alone. */
    boolean isAnyoneWaiting() {
        return inWork.hasQueuedThreads();
    }

    private Pieces enqueue(byte[] file, Wanted wanted) throws InterruptedException {
        CompletableFuture<Begun> decoded = new CompletableFuture<>();
        pool.execute(Rank.DECODE, () -> decode(file, wanted, decoded));
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
        inWork.acquire();
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
        } finally {
            inWork.release();
        }
    }

    private void decode(byte[] file, Wanted wanted, CompletableFuture<Begun> decoded) {
        try {
            decoded.complete(metrics.time(Stage.DECODE, () -> begin(file, wanted)));
        } catch (Throwable e) {
            // Whoever waits has to hear of an error too.
            decoded.completeExceptionally(e);
        }
    }

    private Begun begin(byte[] file, Wanted wanted) throws InterruptedException {
        try (OpenImage image = opened(file, wanted)) {
            float[] tensor = tensors.get();
            Optional<CompletableFuture<Embedding>> ofWhole = Optional.empty();
            if (wanted.whole()) {
                image.prepare(model.preprocessing(), tensor);
                Identifiers identifiers = image.identifiers();
                ofWhole = Optional.of(batcher.add(tensor).thenApply(vector -> embedding(identifiers, vector)));
            }
            List<CompletableFuture<Optional<float[]>>> crops = new ArrayList<>();
            for (Box box : wanted.boxes()) {
                Optional<Box.Region> region = box.within(image.width(), image.height(), wanted.padding());
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

    /** Crops may be small: they are taken from all pixels. */
    private OpenImage opened(byte[] file, Wanted wanted) throws RefusedException, InterruptedException {
        return decode == DecodeMode.FAST && wanted.boxes().isEmpty()
                ? OpenImage.openFast(file, model.preprocessing(), pixels)
                : OpenImage.open(file, pixels);
    }

    /** Refuses a file also where the code that prepares it has a fault. */
    private PreparedImage prepared(byte[] file) throws InterruptedException {
        try {
            return PreparedImage.of(file, model.preprocessing(), decode, pixels, tensors.get());
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
