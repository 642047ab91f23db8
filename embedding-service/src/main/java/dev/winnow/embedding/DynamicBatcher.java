package dev.winnow.embedding;

import dev.winnow.embedding.ComputePool.Rank;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.onnx.PictureBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of pictures that come one by one. A batch runs as soon as it is full; one that is not full runs when the
 * threads have nothing else to do, so no picture waits for others that may never come, and the busier the pipeline is the
 * fuller its batches are.
 */
public final class DynamicBatcher {

    private final EmbeddingModel model;
    private final ComputePool pool;
    private final PipelineMetrics metrics;
    private final Deque<PictureBatch> free = new ArrayDeque<>();
    private final ThreadLocal<float[]> tensors;
    private @Nullable Batch open;

    DynamicBatcher(EmbeddingModel model, ComputePool pool, PipelineMetrics metrics) {
        this.model = model;
        this.pool = pool;
        this.metrics = metrics;
        this.tensors =
                ThreadLocal.withInitial(() -> new float[model.preprocessing().length()]);
    }

    /** How pictures become the model's input. */
    Preprocessing preprocessing() {
        return model.preprocessing();
    }

    /** The calling thread's own memory for a picture to be prepared in; it is free again after {@link #add}. */
    float[] tensor() {
        return tensors.get();
    }

    /** Places of a forward pass; guarded by the batcher, but for the pictures themselves. */
    private static final class Batch {
        final PictureBatch pictures;
        final List<CompletableFuture<Optional<float[]>>> vectors = new ArrayList<>();
        int written;
        boolean sealed;

        Batch(PictureBatch pictures) {
            this.pictures = pictures;
        }

        boolean isReady() {
            return sealed && written == vectors.size();
        }
    }

    /**
     * Takes a picture in; its embedding follows, empty where the model gives it no direction.
     *
     * @param tensor is copied before this returns
     */
    CompletableFuture<Optional<float[]>> add(float[] tensor) {
        CompletableFuture<Optional<float[]>> vector = new CompletableFuture<>();
        Batch batch;
        int place;
        synchronized (this) {
            batch = open == null ? begin() : open;
            place = batch.vectors.size();
            batch.vectors.add(vector);
            if (batch.vectors.size() == batch.pictures.capacity()) {
                seal(batch);
            }
        }
        batch.pictures.put(place, tensor);
        boolean ready;
        synchronized (this) {
            batch.written++;
            ready = batch.isReady();
        }
        if (ready) {
            pool.execute(Rank.FORWARD, () -> forward(batch));
        }
        return vector;
    }

    private Batch begin() {
        // There are never many: while a full one waits for its forward pass, no thread goes on to the next picture.
        Batch batch = new Batch(free.isEmpty() ? model.newBatch() : free.pop());
        open = batch;
        pool.execute(Rank.LEFT_OVER, () -> forwardAsItIs(batch));
        return batch;
    }

    private void seal(Batch batch) {
        batch.sealed = true;
        open = null;
    }

    private void forwardAsItIs(Batch batch) {
        synchronized (this) {
            if (batch.sealed) {
                return;
            }
            seal(batch);
            if (!batch.isReady()) {
                // Whoever writes the last picture has it run.
                return;
            }
        }
        forward(batch);
    }

    private void forward(Batch batch) {
        try {
            List<Optional<float[]>> vectors =
                    metrics.time(Stage.FORWARD, () -> model.embed(batch.pictures, batch.vectors.size()));
            metrics.countBatch(vectors.size());
            recycle(batch);
            for (int i = 0; i < vectors.size(); i++) {
                batch.vectors.get(i).complete(vectors.get(i));
            }
        } catch (Throwable e) {
            batch.vectors.forEach(vector -> vector.completeExceptionally(e));
        }
    }

    private synchronized void recycle(Batch batch) {
        free.push(batch.pictures);
    }
}
