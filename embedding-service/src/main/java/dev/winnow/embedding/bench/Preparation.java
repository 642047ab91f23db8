package dev.winnow.embedding.bench;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.embedding.image.DecodeMode;
import dev.winnow.embedding.image.Decoder;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.Pixels;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.Preprocessing;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/** What the worker does with a file before the forward pass, by its own code, alone. */
final class Preparation {

    private static final Duration TIME = Duration.ofSeconds(3);

    private final Preprocessing preprocessing;
    private final MemoryBudget memory = new MemoryBudget(512L << 20);

    Preparation(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    /**
     * Milliseconds for an image on one thread.
     *
     * @param identifiers with metadata and {@code sha256}
     */
    record Split(double decode, double preprocess, double identifiers, double sha256) {}

    boolean isUsable(byte[] file) throws InterruptedException {
        return PreparedImage.of(file, preprocessing, memory) instanceof PreparedImage.Ready;
    }

    /** Decoding, measuring and preprocessing: images a second of some threads. */
    double rate(Photos photos, int threads) throws InterruptedException {
        float[][] tensors = new float[threads][preprocessing.length()];
        return Callers.rate(
                threads,
                TIME,
                photos.held().size(),
                (caller, i) -> prepare(photos.bytes(i % photos.held().size()), tensors[caller]));
    }

    private void prepare(byte[] file, float[] tensor) throws InterruptedException {
        if (PreparedImage.of(file, preprocessing, DecodeMode.EXACT, memory, tensor)
                instanceof PreparedImage.Refused refused) {
            throw new IllegalStateException(
                    "a usable image is refused: " + refused.rejection().detail());
        }
    }

    /** The same in its parts, on one thread; the identifiers are what the others leave of the whole. */
    Split split(Photos photos) throws InterruptedException {
        double[] seconds = new double[4];
        int[] images = new int[1];
        float[] tensor = new float[preprocessing.length()];
        Callers.rate(1, TIME, Math.min(50, photos.held().size()), (caller, i) -> {
            byte[] file = photos.bytes(i % photos.held().size());
            ImageHeader header = (ImageHeader) ImageHeader.inspect(file, ImageLimits.DEFAULT);
            long begun = System.nanoTime();
            try (Pixels pixels = Decoder.decode(file, header)) {
                seconds[0] += Callers.seconds(begun);
                begun = System.nanoTime();
                preprocessing.apply(pixels);
                seconds[1] += Callers.seconds(begun);
            }
            begun = System.nanoTime();
            sha256().digest(file);
            seconds[2] += Callers.seconds(begun);
            begun = System.nanoTime();
            prepare(file, tensor);
            seconds[3] += Callers.seconds(begun);
            images[0]++;
        });
        double scale = 1000.0 / images[0];
        double decode = seconds[0] * scale;
        double preprocess = seconds[1] * scale;
        return new Split(decode, preprocess, seconds[3] * scale - decode - preprocess, seconds[2] * scale);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
