package dev.winnow.embedding.image;

import dev.winnow.contract.ImageFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image can be filtered and compared by besides its embedding. The measures are taken on a reduced picture
 * ({@link LumaGrid}), so they are comparable between pictures of different size.
 *
 * @param sha256 of the file, lower-case hex
 * @param phash {@link PerceptualHash}, 16 lower-case hex digits
 * @param bytes the file's size
 * @param width pixels, upright
 * @param height pixels, upright
 * @param capturedAt when the picture was taken, where the file says so
 * @param camera maker and model, where the file says so
 * @param brightness mean luma / 255: 0 (black) to 1 (white)
 * @param contrast standard deviation of luma / 127.5: 0 (plain) to 1 (half black, half white)
 * @param sharpness variance of the luma's Laplacian (the four neighbours less four times the cell, luma 0 to 255) over
 *     the inner cells: 0 (blurred or plain) and up, at most 1,040,400; photos in focus are mostly above 100
 * @param entropy Shannon entropy of the luma's histogram of 256 bins, in bits: 0 (plain) to 8
 * @param colours names of the dominant colours, at most three, the most frequent first
 */
public record Identifiers(
        String sha256,
        String phash,
        long bytes,
        ImageFormat format,
        int width,
        int height,
        @Nullable Instant capturedAt,
        @Nullable String camera,
        double brightness,
        double contrast,
        double sharpness,
        double entropy,
        List<String> colours) {

    static Identifiers of(byte[] file, ImageFormat format, Metadata metadata, Pixels upright) {
        LumaGrid grid = LumaGrid.of(upright);
        float[] luma = grid.luma();
        double sum = 0;
        double squares = 0;
        int[] histogram = new int[256];
        for (float value : luma) {
            sum += value;
            squares += (double) value * value;
            histogram[Math.min(255, (int) (value + 0.5f))]++;
        }
        double mean = sum / luma.length;
        double variance = Math.max(0, squares / luma.length - mean * mean);
        return new Identifiers(
                sha256(file),
                HexFormat.of().toHexDigits(PerceptualHash.of(grid)),
                file.length,
                format,
                upright.width(),
                upright.height(),
                metadata.capturedAt(),
                metadata.camera(),
                Math.min(1, mean / 255),
                Math.min(1, Math.sqrt(variance) / 127.5),
                sharpness(grid),
                entropy(histogram, luma.length),
                Colours.dominant(grid));
    }

    private static double sharpness(LumaGrid grid) {
        int width = grid.width();
        float[] luma = grid.luma();
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int y = 1; y < grid.height() - 1; y++) {
            for (int i = y * width + 1; i < (y + 1) * width - 1; i++) {
                float laplacian = luma[i - 1] + luma[i + 1] + luma[i - width] + luma[i + width] - 4 * luma[i];
                sum += laplacian;
                squares += (double) laplacian * laplacian;
                count++;
            }
        }
        return count == 0 ? 0 : Math.max(0, squares / count - (sum / count) * (sum / count));
    }

    private static double entropy(int[] histogram, int total) {
        double bits = 0;
        for (int count : histogram) {
            if (count > 0) {
                double share = (double) count / total;
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return Math.max(0, bits);
    }

    private static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
