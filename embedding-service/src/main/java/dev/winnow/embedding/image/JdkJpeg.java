package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.awt.Rectangle;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEGs by way of the JDK's decoder, which gives the components; they are converted here as libjpeg and Pillow do: luma and
 * chroma to colour where the file has them, and of each colour of ink {@code black − ink · black / 255}, rounded, inks taken
 * as inverted (as Adobe writes them). No colour profile is applied.
 */
final class JdkJpeg {

    /** Pixels decoded at a time, four bytes each in the heap. */
    private static final int STRIP = 8 << 20;

    /** Of the fixed-point numbers of libjpeg's colour conversion. */
    private static final int FRACTION = 16;

    private static final int HALF = 1 << (FRACTION - 1);
    private static final int CR_TO_RED = fixed(1.402);
    private static final int CR_TO_GREEN = fixed(0.71414);
    private static final int CB_TO_GREEN = fixed(0.34414);
    private static final int CB_TO_BLUE = fixed(1.772);

    private JdkJpeg() {}

    /**
     * Decodes a file.
     *
     * @param target receives the rows, three bytes a pixel
     * @throws IOException if it is damaged, or of another number of components than one, three or four
     */
    static void decode(byte[] file, JpegFrame frame, ImageHeader header, ByteBuffer target) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, false, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width != header.width() || height != header.height()) {
                throw new IOException("another frame than the header's");
            }
            int rows = Math.max(1, STRIP / width);
            for (int y = 0; y < height; y += rows) {
                ImageReadParam strip = new ImageReadParam();
                strip.setSourceRegion(new Rectangle(0, y, width, Math.min(rows, height - y)));
                convert(reader.readRaster(0, strip), frame, target);
            }
            // It paints what is missing grey, and says so.
            if (warnings.stream().anyMatch(warning -> warning.startsWith("Premature end"))) {
                throw new IOException("the data after the header ends too soon");
            }
        } finally {
            reader.dispose();
        }
    }

    private static void convert(Raster raster, JpegFrame frame, ByteBuffer target) throws IOException {
        int components = raster.getNumBands();
        if (components != frame.components() || !(raster.getDataBuffer() instanceof DataBufferByte data)) {
            throw new IOException("not the components of its header, in eight bits");
        }
        byte[] row = new byte[raster.getWidth() * 3];
        for (int y = 0; y < raster.getHeight(); y++) {
            int at = y * raster.getWidth() * components;
            switch (components) {
                case 1 -> fromGrey(data.getData(), at, row);
                case 3 -> fromColour(data.getData(), at, frame.isYcc(), row);
                case 4 -> fromInks(data.getData(), at, frame.isYcck(), row);
                default -> throw new IOException(components + " components");
            }
            target.put(row);
        }
    }

    private static void fromGrey(byte[] components, int from, byte[] rgb) {
        for (int i = 0, at = from; i < rgb.length; i += 3, at++) {
            rgb[i] = components[at];
            rgb[i + 1] = components[at];
            rgb[i + 2] = components[at];
        }
    }

    private static void fromColour(byte[] components, int from, boolean ycc, byte[] rgb) {
        if (!ycc) {
            System.arraycopy(components, from, rgb, 0, rgb.length);
            return;
        }
        for (int i = 0; i < rgb.length; i += 3) {
            int luma = components[from + i] & 0xFF;
            int cb = components[from + i + 1] & 0xFF;
            int cr = components[from + i + 2] & 0xFF;
            rgb[i] = (byte) clamp(red(luma, cr));
            rgb[i + 1] = (byte) clamp(green(luma, cb, cr));
            rgb[i + 2] = (byte) clamp(blue(luma, cb));
        }
    }

    private static void fromInks(byte[] components, int from, boolean ycck, byte[] rgb) {
        for (int i = 0, at = from; i < rgb.length; i += 3, at += 4) {
            int a = components[at] & 0xFF;
            int b = components[at + 1] & 0xFF;
            int c = components[at + 2] & 0xFF;
            int light = components[at + 3] & 0xFF;
            // Inverted: 255 is no ink. What light the black leaves is dimmed by the ink of the colour.
            rgb[i] = dimmed(light, ycck ? inverted(red(a, c)) : a);
            rgb[i + 1] = dimmed(light, ycck ? inverted(green(a, b, c)) : b);
            rgb[i + 2] = dimmed(light, ycck ? inverted(blue(a, b)) : c);
        }
    }

    /** {@code light − light · (255 − colour) / 255} with Pillow's rounding, PIL's {@code nk − MULDIV255(c, nk)}. */
    private static byte dimmed(int light, int colour) {
        int product = light * (255 - colour) + 128;
        return (byte) clamp(light - (((product >> 8) + product) >> 8));
    }

    private static int red(int luma, int cr) {
        return luma + ((CR_TO_RED * (cr - 128) + HALF) >> FRACTION);
    }

    private static int green(int luma, int cb, int cr) {
        return luma + ((HALF - CB_TO_GREEN * (cb - 128) - CR_TO_GREEN * (cr - 128)) >> FRACTION);
    }

    private static int blue(int luma, int cb) {
        return luma + ((CB_TO_BLUE * (cb - 128) + HALF) >> FRACTION);
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
