package dev.winnow.embedding.onnx;

import java.util.OptionalInt;

/**
 * What a model is run with.
 *
 * @param threads of one forward pass over pictures on the CPU; the pipeline makes several at the same time, of one thread each
 * @param queryThreads of one forward pass on the CPU that somebody waits for: over one picture, or over texts
 * @param batch pictures, or texts, of a forward pass at most; not set: {@value #CPU_BATCH} on the CPU, on a card as many as it
 *     is fastest with
 * @param cuda for the case that it runs on a card
 */
public record InferenceOptions(
        ExecutionProvider provider, int threads, int queryThreads, OptionalInt batch, CudaOptions cuda) {

    /** On a CPU more of them are hardly faster, and keep a query waiting longer. */
    public static final int CPU_BATCH = 2;

    public InferenceOptions {
        if (threads < 1 || queryThreads < 1 || batch.orElse(1) < 1) {
            throw new IllegalArgumentException("expected at least one thread and one picture, got " + threads + ", "
                    + queryThreads + " and " + batch);
        }
    }

    /** For one caller, who waits for each forward pass. */
    public static InferenceOptions of(ExecutionProvider provider, int threads, int batch) {
        return new InferenceOptions(provider, threads, threads, OptionalInt.of(batch), CudaOptions.DEFAULT);
    }
}
