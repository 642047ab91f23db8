package dev.winnow.embedding;

import dev.winnow.embedding.onnx.ExecutionProvider;

/**
 * What a model is run with.
 *
 * @param threads of one forward pass over pictures on the CPU; the pipeline makes several at the same time, of one thread each
 * @param textThreads of one forward pass over texts on the CPU
 * @param batch pictures, or texts, of a forward pass at most
 */
public record InferenceOptions(ExecutionProvider provider, int threads, int textThreads, int batch) {

    public InferenceOptions {
        if (threads < 1 || textThreads < 1 || batch < 1) {
            throw new IllegalArgumentException("expected at least one thread and one picture, got " + threads + ", "
                    + textThreads + " and " + batch);
        }
    }

    /** For one caller, who waits for each forward pass. */
    public static InferenceOptions of(ExecutionProvider provider, int threads, int batch) {
        return new InferenceOptions(provider, threads, threads, batch);
    }
}
