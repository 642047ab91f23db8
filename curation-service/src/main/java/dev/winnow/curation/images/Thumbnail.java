package dev.winnow.curation.images;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A small JPEG of an image, upright as its EXIF orientation asks, for people to look at; never for embedding. Large
 * images are read at a fraction of their size, so that memory stays bounded whatever their size in pixels.
 */
public final class Thumbnail {

    private Thumbnail() {}

    /**
     * Draws a thumbnail that fits into {@code size} × {@code size} pixels.
     *
     * @return a JPEG file
     * @throws IOException if the file cannot be decoded
     */
    public static byte[] of(byte[] file, int size) throws IOException {
        BufferedImage image = read(file, size);
        int orientation = orientation(file);
        boolean sideways = orientation >= 5;
        int width = sideways ? image.getHeight() : image.getWidth();
        int height = sideways ? image.getWidth() : image.getHeight();
        double scale = Math.min(1, (double) size / Math.max(width, height));
        BufferedImage drawn = new BufferedImage(
                Math.max(1, (int) Math.round(width * scale)),
                Math.max(1, (int) Math.round(height * scale)),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawn.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        AffineTransform transform = AffineTransform.getScaleInstance(scale, scale);
        transform.concatenate(upright(orientation, image.getWidth(), image.getHeight()));
        graphics.drawImage(image, transform, null);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(drawn, "jpg", out);
        return out.toByteArray();
    }

    private static BufferedImage read(byte[] file, int size) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no reader for this format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int factor = Math.max(1, Math.max(reader.getWidth(0), reader.getHeight(0)) / (2 * size));
                ImageReadParam parameters = reader.getDefaultReadParam();
                parameters.setSourceSubsampling(factor, factor, 0, 0);
                return reader.read(0, parameters);
            } catch (RuntimeException e) {
                // ImageIO's readers throw whatever a damaged file leads them to.
                throw new IOException("cannot decode: " + e.getMessage(), e);
            } finally {
                reader.dispose();
            }
        }
    }

    /** Of JPEG only: the metadata library inflates a PNG's text without a bound, and cameras write JPEG. */
    private static int orientation(byte[] file) throws IOException {
        if ((file[0] & 0xFF) != 0xFF) {
            return 1;
        }
        try {
            ExifIFD0Directory exif = JpegMetadataReader.readMetadata(new ByteArrayInputStream(file))
                    .getFirstDirectoryOfType(ExifIFD0Directory.class);
            return exif != null && exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
                    ? exif.getInt(ExifIFD0Directory.TAG_ORIENTATION)
                    : 1;
        } catch (JpegProcessingException | MetadataException e) {
            return 1;
        }
    }

    /** The EXIF orientations 1 to 8 as transforms of an image of the given size. */
    private static AffineTransform upright(int orientation, int width, int height) {
        return switch (orientation) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
            case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
            default -> new AffineTransform();
        };
    }
}
