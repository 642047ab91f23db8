package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * The one frame of a GIF on its logical screen: one byte a pixel and a palette. Where the frame leaves the screen bare,
 * the transparent colour shows, else the palette's first, as PIL shows them.
 */
final class GifPixels implements Pixels {

    private final int width;
    private final int height;
    private final byte[] indexes;
    private final int[] palette;

    private GifPixels(int width, int height, byte[] indexes, int[] palette) {
        this.width = width;
        this.height = height;
        this.indexes = indexes;
        this.palette = palette;
    }

    static GifPixels decode(byte[] file, ImageHeader header) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            int frameWidth = reader.getWidth(0);
            int frameHeight = reader.getHeight(0);
            Element descriptor = descriptor(reader.getImageMetadata(0));
            int left = descriptor == null ? 0 : Integer.parseInt(descriptor.getAttribute("imageLeftPosition"));
            int top = descriptor == null ? 0 : Integer.parseInt(descriptor.getAttribute("imageTopPosition"));
            // Checked before reading: the frame's size is not what the header's limits were applied to.
            if (left + frameWidth > header.width() || top + frameHeight > header.height()) {
                throw new IOException("the frame reaches beyond the screen");
            }
            BufferedImage frame = reader.read(0);
            if (!(frame.getColorModel() instanceof IndexColorModel colours)
                    || !(frame.getRaster().getDataBuffer() instanceof DataBufferByte data)) {
                throw new IOException("a frame without a palette");
            }
            int[] palette = new int[256];
            for (int i = 0; i < colours.getMapSize(); i++) {
                palette[i] = colours.getRGB(i);
            }
            if (frameWidth == header.width()
                    && frameHeight == header.height()
                    && data.getData().length == frameWidth * frameHeight) {
                return new GifPixels(frameWidth, frameHeight, data.getData(), palette);
            }
            byte[] screen = new byte[header.width() * header.height()];
            Arrays.fill(screen, (byte) Math.max(0, colours.getTransparentPixel()));
            int[] row = new int[frameWidth];
            for (int y = 0; y < frameHeight; y++) {
                frame.getRaster().getSamples(0, y, frameWidth, 1, 0, row);
                int target = (top + y) * header.width() + left;
                for (int x = 0; x < frameWidth; x++) {
                    screen[target + x] = (byte) row[x];
                }
            }
            return new GifPixels(header.width(), header.height(), screen, palette);
        } finally {
            reader.dispose();
        }
    }

    private static @Nullable Element descriptor(IIOMetadata metadata) {
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        return (Element) root.getElementsByTagName("ImageDescriptor").item(0);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
        int at = y * width + x;
        int step = dy * width + dx;
        for (int i = 0; i < count; i++) {
            int colour = palette[indexes[at] & 0xFF];
            rgb[i * 3] = (byte) (colour >> 16);
            rgb[i * 3 + 1] = (byte) (colour >> 8);
            rgb[i * 3 + 2] = (byte) colour;
            at += step;
        }
    }
}
