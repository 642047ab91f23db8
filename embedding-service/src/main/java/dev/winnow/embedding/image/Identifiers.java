package dev.winnow.embedding.image;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image can be filtered and compared by besides its embedding. The measures are taken on a reduced picture
 * ({@link LumaGrid}), so they are comparable between pictures of different size. Formulas, ranges and sources of all:
 * docs/identifiers.md.
 *
 * @param sha256 of the file, lower-case hex
 * @param phash {@link PerceptualHash}, 16 lower-case hex digits
 * @param bytes the file's size
 * @param width pixels, upright
 * @param height pixels, upright
 * @param orientation how the stored picture is turned to stand upright: EXIF's 1 (not at all) to 8
 * @param capturedAt when the picture was taken, where the file says so
 * @param camera maker and model, where the file says so
 * @param brightness mean luma / 255: 0 (black) to 1 (white)
 * @param contrast RMS contrast, the standard deviation of luma / 255: 0 (plain) to 0.5 (half black, half white)
 * @param sharpness variance of the luma's Laplacian (the four neighbours less four times the cell, luma 0 to 255,
 *     mirrored at the border): 0 (plain) and up, at most 1,040,400
 * @param entropy Shannon entropy of the luma's histogram of 256 bins, in bits: 0 (plain) to 8
 * @param colours one to three, the most frequent first
 */
public record Identifiers(
        String sha256,
        String phash,
        long bytes,
        ImageFormat format,
        int width,
        int height,
        int orientation,
        @Nullable Instant capturedAt,
        @Nullable String camera,
        double brightness,
        double contrast,
        double sharpness,
        double entropy,
        List<DominantColour> colours) {

    /**
     * Measures a picture.
     *
     * @param stored the decoded picture, not yet turned: its rows lie in memory one after the other
     */
    static Identifiers of(byte[] file, ImageHeader header, Metadata metadata, Pixels stored) {
        Orientation orientation = metadata.orientation();
        boolean turned = orientation.swapsSides();
        LumaGrid grid = LumaGrid.of(stored);
        LumaStatistics statistics = LumaStatistics.of(grid);
        return new Identifiers(
                sha256(file),
                HexFormat.of().toHexDigits(PerceptualHash.of(grid, orientation)),
                file.length,
                header.format(),
                turned ? header.height() : header.width(),
                turned ? header.width() : header.height(),
                orientation.tag(),
                metadata.capturedAt(),
                metadata.camera(),
                statistics.brightness(),
                statistics.contrast(),
                statistics.sharpness(),
                statistics.entropy(),
                DominantColour.of(stored));
    }

    private static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
