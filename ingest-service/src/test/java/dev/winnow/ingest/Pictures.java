package dev.winnow.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Small real image files of all sorts. */
public final class Pictures {

    private Pictures() {}

    /** A picture whose bytes differ with {@code seed}. */
    public static byte[] jpeg(int seed) {
        return write(drawn(BufferedImage.TYPE_INT_RGB, seed), "jpg");
    }

    public static byte[] png(int seed) {
        return write(drawn(BufferedImage.TYPE_INT_RGB, seed), "png");
    }

    public static byte[] greyJpeg() {
        return write(drawn(BufferedImage.TYPE_BYTE_GRAY, 1), "jpg");
    }

    /** Four components, as printers like them. */
    public static byte[] cmykJpeg() {
        var raster =
                java.awt.image.Raster.createInterleavedRaster(java.awt.image.DataBuffer.TYPE_BYTE, 61, 47, 4, null);
        return encode("jpg", (writer, out) -> writer.write(new IIOImage(raster, null, null)));
    }

    public static byte[] animatedGif() {
        return encode("gif", (writer, out) -> {
            writer.prepareWriteSequence(null);
            for (int i = 0; i < 3; i++) {
                writer.writeToSequence(new IIOImage(drawn(BufferedImage.TYPE_BYTE_INDEXED, i), null, null), null);
            }
            writer.endWriteSequence();
        });
    }

    /** A small file whose header claims 900 megapixels. */
    public static byte[] bomb() {
        byte[] file = png(1);
        ByteBuffer.wrap(file).putInt(16, 30_000).putInt(20, 30_000);
        return file;
    }

    private static BufferedImage drawn(int type, int seed) {
        BufferedImage image = new BufferedImage(61, 47, type);
        for (int y = 0; y < 47; y++) {
            for (int x = 0; x < 61; x++) {
                image.setRGB(x, y, ((x * 4) << 16) | ((y * 5) << 8) | ((seed * 37 + x + y) & 0xFF));
            }
        }
        for (int bit = 0; bit < 24; bit++) {
            // Blocks of black and white: the seed survives lossy compression.
            int colour = ((seed >> bit) & 1) == 0 ? 0xFF000000 : 0xFFFFFFFF;
            for (int i = 0; i < 64; i++) {
                image.setRGB(bit % 7 * 8 + i % 8, bit / 7 * 8 + i / 8, colour);
            }
        }
        return image;
    }

    private static byte[] write(BufferedImage image, String format) {
        return encode(format, (writer, out) -> writer.write(image));
    }

    private interface Writing {
        void run(ImageWriter writer, ImageOutputStream out) throws IOException;
    }

    private static byte[] encode(String format, Writing writing) {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
        ImageWriter writer = writers.next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writing.run(writer, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
