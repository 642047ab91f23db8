package dev.winnow.embedding.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.winnow.contract.ImageHeader;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The JDK's decoders, and TwelveMonkeys' for WebP: for machines on which OpenCV does not load. They take about twice as long,
 * hold pictures in the heap, and know no reduced size. JPEG, PNG and lossless WebP come out as OpenCV's do, value for value; of
 * lossy WebP, whose chroma is made larger in another way, values differ by 3 in the mean.
 */
final class JdkCodec implements Codec {

    @Override
    public String name() {
        return "jdk";
    }

    @Override
    public Pixels decode(byte[] file, ImageHeader header, int reduction) throws IOException {
        return switch (header.format()) {
            case JPEG -> {
                byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(header.width(), header.height()))];
                JdkJpeg.decode(file, JpegFrame.of(file), header, ByteBuffer.wrap(rgb));
                yield new HeapPixels(header.width(), header.height(), rgb);
            }
            case PNG -> rgb(read(ImageIO.getImageReadersByFormatName("png").next(), file), Codec.isGrey16(file));
            case WEBP -> rgb(read(new WebPImageReaderSpi().createReaderInstance(null), file), false);
            case GIF, BMP -> throw new IllegalArgumentException("not read by a codec: " + header.format());
        };
    }

    private static BufferedImage read(ImageReader reader, byte[] file) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            BufferedImage image = reader.read(0);
            if (!warnings.isEmpty()) {
                throw new IOException(warnings.getFirst());
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    /** The samples themselves: a conversion by the JDK's colour models would apply gamma. */
    private static Pixels rgb(BufferedImage image, boolean grey16) throws IOException {
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        ColorModel colours = image.getColorModel();
        int bands = raster.getNumBands();
        int excess = raster.getSampleModel().getSampleSize(0) - 8;
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int[] row = new int[width * bands];
        for (int y = 0, to = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int at = 0; at < row.length; at += bands, to += 3) {
                if (colours instanceof IndexColorModel palette) {
                    int colour = palette.getRGB(row[at]);
                    rgb[to] = (byte) (colour >> 16);
                    rgb[to + 1] = (byte) (colour >> 8);
                    rgb[to + 2] = (byte) colour;
                } else {
                    boolean grey = bands < 3;
                    rgb[to] = eightBits(row[at], excess, grey16);
                    rgb[to + 1] = grey ? rgb[to] : eightBits(row[at + 1], excess, false);
                    rgb[to + 2] = grey ? rgb[to] : eightBits(row[at + 2], excess, false);
                }
            }
        }
        return new HeapPixels(width, height, rgb);
    }

    /** The upper bits, but of 16-bit grey, see {@link Decoder}. */
    private static byte eightBits(int sample, int excess, boolean grey16) {
        return (byte) (grey16 ? Math.min(sample, 255) : sample >> Math.max(0, excess));
    }
}
