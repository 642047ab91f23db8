package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The one frame of a GIF on its logical screen: one byte a pixel and a palette. Where the frame leaves the screen bare,
 * the transparent colour shows, else the palette's first; colours that the palette leaves out are grey. All as Pillow
 * shows them.
 */
final class GifPixels implements Pixels {

    private static final int SCREEN_END = 13;

    private final int width;
    private final int height;
    private final byte[] indexes;
    private final byte[] palette;

    private GifPixels(int width, int height, byte[] indexes, byte[] palette) {
        this.width = width;
        this.height = height;
        this.indexes = indexes;
        this.palette = palette;
    }

    static GifPixels decode(byte[] file, ImageHeader header) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        byte[] palette = new byte[3 * 256];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (i / 3);
        }
        b.position(SCREEN_END);
        readPalette(b, b.get(10), palette);
        int transparent = 0;
        while (b.get() != ',') {
            // ImageHeader has seen that only extensions come before a frame.
            if (b.get() == (byte) 0xF9 && b.get(b.position()) >= 4 && (b.get(b.position() + 1) & 1) != 0) {
                transparent = b.get(b.position() + 4);
            }
            skipSubBlocks(b);
        }
        int left = b.getShort() & 0xFFFF;
        int top = b.getShort() & 0xFFFF;
        int frameWidth = b.getShort() & 0xFFFF;
        int frameHeight = b.getShort() & 0xFFFF;
        // Checked before decoding: the frame's size is not what the header's limits were applied to.
        if (left + frameWidth > header.width() || top + frameHeight > header.height()) {
            throw new IOException("the frame reaches beyond the screen");
        }
        byte flags = b.get();
        readPalette(b, flags, palette);
        int width = header.width();
        byte[] screen = new byte[width * header.height()];
        if (frameWidth < width || frameHeight < header.height()) {
            Arrays.fill(screen, (byte) transparent);
        }
        byte[] row = new byte[frameWidth];
        GifCodes codes = new GifCodes(b);
        int[] rows = rows(frameHeight, (flags & 0x40) != 0);
        for (int y : rows) {
            codes.read(row);
            System.arraycopy(row, 0, screen, (top + y) * width + left, frameWidth);
        }
        return new GifPixels(width, header.height(), screen, palette);
    }

    /** A palette where {@code flags} say that one follows; it replaces all of the one before. */
    private static void readPalette(ByteBuffer b, byte flags, byte[] palette) {
        if (flags < 0) {
            for (int i = 0; i < palette.length; i++) {
                palette[i] = (byte) (i / 3);
            }
            b.get(palette, 0, 3 << ((flags & 7) + 1));
        }
    }

    private static void skipSubBlocks(ByteBuffer b) {
        for (int length = b.get() & 0xFF; length > 0; length = b.get() & 0xFF) {
            b.position(b.position() + length);
        }
    }

    /** The order in which rows are stored. */
    private static int[] rows(int height, boolean interlaced) {
        int[] rows = new int[height];
        int[][] passes = interlaced ? new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}} : new int[][] {{0, 1}};
        int i = 0;
        for (int[] pass : passes) {
            for (int y = pass[0]; y < height; y += pass[1]) {
                rows[i++] = y;
            }
        }
        return rows;
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
            int colour = (indexes[at] & 0xFF) * 3;
            rgb[i * 3] = palette[colour];
            rgb[i * 3 + 1] = palette[colour + 1];
            rgb[i * 3 + 2] = palette[colour + 2];
            at += step;
        }
    }
}
