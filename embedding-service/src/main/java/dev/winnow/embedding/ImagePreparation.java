package dev.winnow.embedding;

import dev.winnow.contract.Rejection;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.Preprocessing;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Decoding, on as many platform threads as there are cores: it is native code that would pin the carrier of a virtual
 * thread. What is decoded at the same time is bounded in bytes.
 */
@ApplicationScoped
public class ImagePreparation {

    private static final Logger LOG = Logger.getLogger(ImagePreparation.class);

    private final Preprocessing preprocessing;
    private final MemoryBudget pixels;
    private final ExecutorService pool;

    @Inject
    ImagePreparation(EmbeddingModel model, WinnowConfig config) {
        this(
                model.preprocessing(),
                new MemoryBudget(config.pipeline().pixelMemory().asLongValue()),
                config.pipeline().threads().orElse(Runtime.getRuntime().availableProcessors()));
    }

    ImagePreparation(Preprocessing preprocessing, MemoryBudget pixels, int threads) {
        this.preprocessing = preprocessing;
        this.pixels = pixels;
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("decode-", 0).daemon().factory());
    }

    /**
     * Makes a file ready for the model, or refuses it, also where the code that does so has a fault.
     *
     * @throws InterruptedException if interrupted while waiting for a thread
     */
    public PreparedImage prepare(byte[] file) throws InterruptedException {
        try {
            return pool.submit(() -> PreparedImage.of(file, preprocessing, pixels))
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException bug) {
                // Trying again would end the same way, and hold up every other image.
                LOG.warnf(bug, "preparing an image of %d bytes failed", file.length);
                return new PreparedImage.Refused(new Rejection.Undecodable(
                        "preparing it failed: " + bug.getClass().getSimpleName()));
            }
            if (e.getCause() instanceof InterruptedException stopped) {
                throw stopped;
            }
            throw new IllegalStateException("preparing an image of " + file.length + " bytes failed", e.getCause());
        }
    }

    @PreDestroy
    void close() {
        pool.shutdownNow();
    }
}
