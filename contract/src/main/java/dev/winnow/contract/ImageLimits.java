package dev.winnow.contract;

/**
 * How much image one object may hold. The worker applies {@link #DEFAULT}; the ingest service may be told to take less,
 * never more, so that what it accepts is embedded.
 *
 * @param maxBytes the largest file, in bytes
 * @param maxPixels the largest width × height; three bytes each are held while an image is decoded
 */
public record ImageLimits(long maxBytes, long maxPixels) {

    /** 25 MB and 64 megapixels: more than any current camera's JPEG, and 192 MB decoded. */
    public static final ImageLimits DEFAULT = new ImageLimits(25_000_000, 64_000_000);

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1) {
            throw new IllegalArgumentException("expected positive limits, got " + maxBytes + " and " + maxPixels);
        }
    }
}
