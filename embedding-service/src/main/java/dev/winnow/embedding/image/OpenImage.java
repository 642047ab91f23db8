package dev.winnow.embedding.image;

import dev.winnow.contract.Box.Region;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.Rejection;
import java.util.List;
import java.util.function.ToIntFunction;

/** A decoded image, upright, from which the model's inputs are made: of the whole, and of crops. Close it: it is large. */
public final class OpenImage implements AutoCloseable {

    private final byte[] file;
    private final ImageHeader header;
    private final Metadata metadata;
    private final Pixels stored;
    private final Pixels upright;
    private final MemoryBudget.Share share;

    private OpenImage(byte[] file, ImageHeader header, Metadata metadata, Pixels stored, MemoryBudget.Share share) {
        this.file = file;
        this.header = header;
        this.metadata = metadata;
        this.stored = stored;
        this.upright = metadata.orientation().apply(stored);
        this.share = share;
    }

    /**
     * Inspects and decodes a file. Its decoded size is taken out of {@code memory} until it is closed.
     *
     * @throws RefusedException if it is no usable image
     * @throws InterruptedException if interrupted while waiting for memory
     */
    public static OpenImage open(byte[] file, MemoryBudget memory) throws RefusedException, InterruptedException {
        return open(file, memory, header -> 1);
    }

    /** The same, decoded no larger than one of {@code models} needs it ({@link DecodeMode#FAST}); of no use for crops. */
    public static OpenImage openFast(byte[] file, List<Preprocessing> models, MemoryBudget memory)
            throws RefusedException, InterruptedException {
        return open(file, memory, header -> models.stream()
                .mapToInt(model -> model.reduction(header.width(), header.height()))
                .min()
                .orElse(1));
    }

    private static OpenImage open(byte[] file, MemoryBudget memory, ToIntFunction<ImageHeader> reduction)
            throws RefusedException, InterruptedException {
        return switch (ImageHeader.inspect(file, ImageLimits.DEFAULT)) {
            case Rejection rejection -> throw new RefusedException(rejection);
            case ImageHeader header -> {
                MemoryBudget.Share share = memory.take(3L * header.width() * header.height());
                try {
                    Metadata metadata = Metadata.read(file, header.format());
                    yield new OpenImage(
                            file, header, metadata, Decoder.decode(file, header, reduction.applyAsInt(header)), share);
                } catch (Decoder.UndecodableException e) {
                    share.close();
                    throw new RefusedException(e.rejection());
                } catch (Throwable e) {
                    share.close();
                    throw e;
                }
            }
        };
    }

    /** Pixels, upright. */
    public int width() {
        return upright.width();
    }

    /** Pixels, upright. */
    public int height() {
        return upright.height();
    }

    /** Measures the image. */
    public Identifiers identifiers() {
        return Identifiers.of(file, header, metadata, stored);
    }

    /**
     * Makes the model's input of the whole image.
     *
     * @param tensor {@link Preprocessing#length} floats, all of which are written
     */
    public void prepare(Preprocessing preprocessing, float[] tensor) {
        preprocessing.apply(upright, tensor);
    }

    /**
     * Makes the model's input of a part of the image, as if it were an image of its own.
     *
     * @param region inside of the image
     * @param tensor {@link Preprocessing#length} floats, all of which are written
     */
    public void prepare(Region region, Preprocessing preprocessing, float[] tensor) {
        preprocessing.apply(new Crop(upright, region), tensor);
    }

    /** A part of a picture; a change of view, no pixel is copied. */
    private record Crop(Pixels picture, Region region) implements Pixels {

        @Override
        public int width() {
            return region.width();
        }

        @Override
        public int height() {
            return region.height();
        }

        @Override
        public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
            picture.line(region.x() + x, region.y() + y, dx, dy, count, rgb);
        }
    }

    @Override
    public void close() {
        stored.close();
        share.close();
    }
}
