package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.Rejection;

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
        return of(file, preprocessing, memory, new float[preprocessing.length()]);
    }

    /**
     * The same, with memory to use for the tensor.
     *
     * @param tensor {@link Preprocessing#length} floats
     */
    static PreparedImage of(byte[] file, Preprocessing preprocessing, MemoryBudget memory, float[] tensor)
            throws InterruptedException {
        return switch (ImageHeader.inspect(file, ImageLimits.DEFAULT)) {
            case Rejection rejection -> new Refused(rejection);
            case ImageHeader header -> {
                long decoded = 3L * header.width() * header.height();
                MemoryBudget.Share share = memory.take(decoded);
                try {
                    yield decode(file, header, preprocessing, tensor);
                } finally {
                    share.close();
                }
            }
        };
    }

    private static PreparedImage decode(byte[] file, ImageHeader header, Preprocessing preprocessing, float[] tensor) {
        Metadata metadata = Metadata.read(file, header.format());
        try (Pixels stored = Decoder.decode(file, header)) {
            preprocessing.apply(metadata.orientation().apply(stored), tensor);
            return new Ready(Identifiers.of(file, header.format(), metadata, stored), tensor);
        } catch (Decoder.UndecodableException e) {
            return new Refused(e.rejection());
        }
    }
}
