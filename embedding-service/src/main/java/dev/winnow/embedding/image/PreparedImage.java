package dev.winnow.embedding.image;

import dev.winnow.contract.Rejection;
import java.util.List;

/** What became of a file: ready for the model, or refused. */
public sealed interface PreparedImage {

    /**
     * An image ready for the model.
     *
     * @param tensor the model's input, see {@link Preprocessing#apply}
     */
    record Ready(Identifiers identifiers, float[] tensor) implements PreparedImage {}

    /** No usable image. */
    record Refused(Rejection rejection) implements PreparedImage {}

    /**
     * Inspects, decodes, turns upright, measures and preprocesses a file. Takes its decoded size out of {@code memory}
     * meanwhile.
     *
     * @throws InterruptedException if interrupted while waiting for memory
     */
    static PreparedImage of(byte[] file, Preprocessing preprocessing, MemoryBudget memory) throws InterruptedException {
        return of(file, preprocessing, DecodeMode.EXACT, memory, new float[preprocessing.length()]);
    }

    /**
     * The same, with memory to use for the tensor.
     *
     * @param tensor {@link Preprocessing#length} floats
     */
    static PreparedImage of(
            byte[] file, Preprocessing preprocessing, DecodeMode mode, MemoryBudget memory, float[] tensor)
            throws InterruptedException {
        try (OpenImage image = mode == DecodeMode.FAST
                ? OpenImage.openFast(file, List.of(preprocessing), memory)
                : OpenImage.open(file, memory)) {
            image.prepare(preprocessing, tensor);
            return new Ready(image.identifiers(), tensor);
        } catch (RefusedException e) {
            return new Refused(e.rejection());
        }
    }
}
