package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.awt.Rectangle;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * JPEGs of four components. OpenCV gives only its own, coarser conversion to RGB, so the JDK's decoder gives the
 * components and they are converted here as libjpeg and Pillow do: luma and chroma to colour where the file has them,
 * inks taken as inverted (as Adobe writes them), no colour profile, and of each colour {@code black − ink · black / 255},
 * rounded.
 */
final class CmykJpeg {

    /** Pixels decoded at a time, four bytes each in the heap. */
    private static final int STRIP = 8 << 20;

    /** Of the fixed-point numbers of libjpeg's colour conversion. */
    private static final int FRACTION = 16;

    private static final int HALF = 1 << (FRACTION - 1);
    private static final int CR_TO_RED = fixed(1.402);
    private static final int CR_TO_GREEN = fixed(0.71414);
    private static final int CB_TO_GREEN = fixed(0.34414);
    private static final int CB_TO_BLUE = fixed(1.772);

    private CmykJpeg() {}

    static Pixels decode(byte[] file, JpegFrame frame, ImageHeader header) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, false, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width != header.width() || height != header.height()) {
                throw new IOException("another frame than the header's");
            }
            Mat mat = new Mat(height, width, opencv_core.CV_8UC3);
            try {
                ByteBuffer target = mat.createBuffer();
                int rows = Math.max(1, STRIP / width);
                for (int y = 0; y < height; y += rows) {
                    ImageReadParam strip = new ImageReadParam();
                    strip.setSourceRegion(new Rectangle(0, y, width, Math.min(rows, height - y)));
                    convert(reader.readRaster(0, strip), frame.isYcck(), target);
                }
                return new MatPixels(mat);
            } catch (IOException | RuntimeException e) {
                mat.close();
                throw e;
            }
        } finally {
            reader.dispose();
        }
    }

    private static void convert(Raster raster, boolean ycck, ByteBuffer target) throws IOException {
        if (raster.getNumBands() != 4 || !(raster.getDataBuffer() instanceof DataBufferByte data)) {
            throw new IOException("not four components of eight bits");
        }
        byte[] components = data.getData();
        byte[] rgb = new byte[raster.getWidth() * 3];
        for (int y = 0, at = 0; y < raster.getHeight(); y++) {
            for (int i = 0; i < rgb.length; i += 3, at += 4) {
                int a = components[at] & 0xFF;
                int b = components[at + 1] & 0xFF;
                int c = components[at + 2] & 0xFF;
                int light = components[at + 3] & 0xFF;
                // Inverted: 255 is no ink. What light the black leaves is dimmed by the ink of the colour.
                rgb[i] = dimmed(light, ycck ? red(a, c) : a);
                rgb[i + 1] = dimmed(light, ycck ? green(a, b, c) : b);
                rgb[i + 2] = dimmed(light, ycck ? blue(a, b) : c);
            }
            target.put(rgb);
        }
    }

    /** {@code light − light · (255 − colour) / 255} with Pillow's rounding, PIL's {@code nk − MULDIV255(c, nk)}. */
    private static byte dimmed(int light, int colour) {
        int product = light * (255 - colour) + 128;
        return (byte) clamp(light - (((product >> 8) + product) >> 8));
    }

    private static int red(int luma, int cr) {
        return inverted(luma + ((CR_TO_RED * (cr - 128) + HALF) >> FRACTION));
    }

    private static int green(int luma, int cb, int cr) {
        return inverted(luma + ((HALF - CB_TO_GREEN * (cb - 128) - CR_TO_GREEN * (cr - 128)) >> FRACTION));
    }

    private static int blue(int luma, int cb) {
        return inverted(luma + ((CB_TO_BLUE * (cb - 128) + HALF) >> FRACTION));
    }

    /** Luma and chroma stand for the inks, inverted once more. */
    private static int inverted(int value) {
        return clamp(255 - value);
    }

    private static int fixed(double factor) {
        return (int) (factor * (1 << FRACTION) + 0.5);
    }

    private static int clamp(int value) {
        return Math.clamp(value, 0, 255);
    }
}
