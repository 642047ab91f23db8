package dev.winnow.embedding;

import dev.winnow.contract.Box;
import dev.winnow.contract.Rejection;
import dev.winnow.embedding.ComputePool.Rank;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.image.DecodeMode;
import dev.winnow.embedding.image.Identifiers;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.OpenImage;
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

    private static final Rejection NOTHING_TO_EMBED =
            new Rejection.Undecodable("the model finds nothing to embed in this picture");

    /** More than there can be callers at a time. */
    private static final int ALL = Integer.MAX_VALUE;

    private final Semaphore inWork = new Semaphore(ALL, true);
    private final DecodeMode decode;
    private final MemoryBudget pixels;
    private final PipelineMetrics metrics;
    private final ComputePool pool;

    @Inject
    ImageEmbedder(PipelineMetrics metrics, WinnowConfig config) {
        this(
                config.pipeline().decode(),
                new MemoryBudget(config.pipeline().pixelMemory().asLongValue()),
                metrics,
                config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors()));
    }

    ImageEmbedder(MemoryBudget pixels, PipelineMetrics metrics, int threads) {
        this(DecodeMode.EXACT, pixels, metrics, threads);
    }

    ImageEmbedder(DecodeMode decode, MemoryBudget pixels, PipelineMetrics metrics, int threads) {
        this.decode = decode;
        this.pixels = pixels;
        this.metrics = metrics;
        this.pool = new ComputePool(threads);
    }

    /** Where pictures of the stream wait for a model's next forward pass. */
    DynamicBatcher batches(EmbeddingModel model) {
        return new DynamicBatcher(model, pool, metrics);
    }

    /**
     * What became of a file and of boxes in it.
     *
     * @param whole empty where it was not wanted and the file can be used
     * @param crops for each box; empty where less than a pixel of it lies in the picture, or the model finds nothing in it
     */
    public record Pieces(Optional<Embedding> whole, List<Optional<float[]>> crops) {}

    /**
     * Embeds of a file of a stream of files what is wanted of it, by one model or several; it is decoded once. Many callers at
     * a time fill the batches.
     *
     * @return for each that is wanted
     * @throws InterruptedException if interrupted while waiting for it
     */
    public List<Pieces> embed(byte[] file, List<Wanted> wanted) throws InterruptedException {
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
    List<Pieces> embedAlone(byte[] file, List<Wanted> wanted, Around around) throws InterruptedException {
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

    private List<Pieces> enqueue(byte[] file, List<Wanted> wanted) throws InterruptedException {
        CompletableFuture<List<Begun>> decoded = new CompletableFuture<>();
        pool.execute(Rank.DECODE, () -> decode(file, wanted, decoded));
        try {
            List<Pieces> pieces = new ArrayList<>();
            for (Begun begun : decoded.get()) {
                pieces.add(begun.await());
            }
            return pieces;
        } catch (ExecutionException e) {
            throw failure(file, e);
        }
    }

    /** What follows once the batches have run. */
    private record Begun(
            Optional<CompletableFuture<Embedding>> whole, List<CompletableFuture<Optional<float[]>>> crops) {

        Pieces await() throws InterruptedException, ExecutionException {
            List<Optional<float[]>> vectors = new ArrayList<>();
            for (CompletableFuture<Optional<float[]>> crop : crops) {
                vectors.add(crop.get());
            }
            return new Pieces(
                    whole.isEmpty() ? Optional.empty() : Optional.of(whole.get().get()), vectors);
        }
    }

    /**
     * The vector of a file that someone waits for, ahead of all others.
     *
     * @return a vector of length 1
     * @throws RefusedException if it is no usable image
     * @throws InterruptedException if interrupted while waiting for it
     */
    public float[] embedNow(byte[] file, Target by) throws RefusedException, InterruptedException {
        inWork.acquire();
        try {
            return pool.urgently(() -> vector(file, by));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw failure(file, e);
        } finally {
            inWork.release();
        }
    }

    /** Nothing but the vector: what else an image tells about itself, nobody asked for. */
    private float[] vector(byte[] file, Target by) throws RefusedException, InterruptedException {
        DynamicBatcher batches = by.batches();
        float[] tensor = batches.tensor();
        try (OpenImage image = opened(file, List.of(Wanted.whole(batches)))) {
            image.prepare(batches.preprocessing(), tensor);
        } catch (RuntimeException bug) {
            throw new RefusedException(rejection(file, bug));
        }
        return by.model().embedNow(tensor).orElseThrow(() -> new RefusedException(NOTHING_TO_EMBED));
    }

    private void decode(byte[] file, List<Wanted> wanted, CompletableFuture<List<Begun>> decoded) {
        try {
            decoded.complete(metrics.time(Stage.DECODE, () -> begin(file, wanted)));
        } catch (Throwable e) {
            // Whoever waits has to hear of an error too.
            decoded.completeExceptionally(e);
        }
    }

    private List<Begun> begin(byte[] file, List<Wanted> wanted) throws InterruptedException {
        try (OpenImage image = opened(file, wanted)) {
            Optional<Identifiers> identifiers =
                    wanted.stream().anyMatch(Wanted::whole) ? Optional.of(image.identifiers()) : Optional.empty();
            return wanted.stream().map(each -> begin(image, identifiers, each)).toList();
        } catch (RefusedException e) {
            return refused(wanted, e.rejection());
        } catch (RuntimeException bug) {
            return refused(wanted, rejection(file, bug));
        }
    }

    /** Crops may be small: they are taken from all pixels. */
    private OpenImage opened(byte[] file, List<Wanted> wanted) throws RefusedException, InterruptedException {
        boolean crops = wanted.stream().anyMatch(each -> !each.boxes().isEmpty());
        return decode == DecodeMode.FAST && !crops
                ? OpenImage.openFast(
                        file,
                        wanted.stream()
                                .filter(Wanted::whole)
                                .map(each -> each.by().preprocessing())
                                .toList(),
                        pixels)
                : OpenImage.open(file, pixels);
    }

    private Begun begin(OpenImage image, Optional<Identifiers> identifiers, Wanted wanted) {
        DynamicBatcher batches = wanted.by();
        float[] tensor = batches.tensor();
        Optional<CompletableFuture<Embedding>> ofWhole = Optional.empty();
        if (wanted.whole()) {
            image.prepare(batches.preprocessing(), tensor);
            Identifiers measured = identifiers.orElseThrow();
            ofWhole = Optional.of(batches.add(tensor).thenApply(vector -> embedding(measured, vector)));
        }
        List<CompletableFuture<Optional<float[]>>> crops = new ArrayList<>();
        for (Box box : wanted.boxes()) {
            Optional<Box.Region> region = box.within(image.width(), image.height(), wanted.padding());
            if (region.isEmpty()) {
                crops.add(CompletableFuture.completedFuture(Optional.empty()));
                continue;
            }
            image.prepare(region.get(), batches.preprocessing(), tensor);
            crops.add(batches.add(tensor));
            pool.helpOut();
        }
        return new Begun(ofWhole, crops);
    }

    /** The same refusal for all that want something of the file. */
    private static List<Begun> refused(List<Wanted> wanted, Rejection rejection) {
        Optional<CompletableFuture<Embedding>> refusal =
                Optional.of(CompletableFuture.completedFuture(new Embedding.Refused(rejection)));
        return wanted.stream()
                .map(each -> new Begun(each.isNothing() ? Optional.empty() : refusal, List.of()))
                .toList();
    }

    private static Rejection rejection(byte[] file, RuntimeException bug) {
        // Trying again would end the same way, and hold up every other image.
        LOG.warnf(bug, "preparing an image of %d bytes failed", file.length);
        return new Rejection.Undecodable(
                "preparing it failed: " + bug.getClass().getSimpleName());
    }

    private static Embedding embedding(Identifiers identifiers, Optional<float[]> vector) {
        return vector.<Embedding>map(v -> new Embedding.Embedded(identifiers, v))
                .orElseGet(() -> new Embedding.Refused(NOTHING_TO_EMBED));
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
