package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A Windows bitmap, read where it lies in the file: 1, 2, 4 and 8 bits through a palette, 16, 24 and 32 bits by the masks
 * of their channels. A channel of n bits is {@code value · 255 / (2ⁿ − 1)}, rounded down, as Pillow has it; alpha is
 * dropped.
 */
final class BmpPixels implements Pixels {

    private static final int RGB = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BITFIELDS = 3;
    private static final int FILE_HEADER = 14;

    private final int width;
    private final int height;
    private final byte[] data;
    private final int first;
    private final int stride;
    private final int bits;
    private final Channel red;
    private final Channel green;
    private final Channel blue;

    /**
     * @param data what holds the rows
     * @param first where the picture's top row begins in it
     * @param stride bytes to the next row; negative where rows are stored upwards
     */
    private BmpPixels(ImageHeader header, byte[] data, int first, int stride, int bits, Channel[] channels) {
        this.width = header.width();
        this.height = header.height();
        this.data = data;
        this.first = first;
        this.stride = stride;
        this.bits = bits;
        this.red = channels[0];
        this.green = channels[1];
        this.blue = channels[2];
    }

    static BmpPixels decode(byte[] file, ImageHeader header) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerSize = b.getInt(FILE_HEADER);
        int bits = b.getShort(28);
        int compression = b.getInt(30);
        int colours = b.getInt(46) == 0 && bits <= 8 ? 1 << bits : b.getInt(46);
        int offset = b.getInt(10);
        if (bits <= 8 && offset == FILE_HEADER + headerSize) {
            // Some writers forget the palette.
            offset += 4 * colours;
        }
        Channel[] channels =
                switch (bits) {
                    case 1, 2, 4, 8 -> Channel.ofPalette(b, FILE_HEADER + headerSize, colours);
                    case 16, 24, 32 -> Channel.ofMasks(b, bits, compression == BITFIELDS);
                    default -> throw new IOException("a bitmap of " + bits + " bits a pixel");
                };
        int width = header.width();
        int height = header.height();
        boolean downwards = b.getInt(22) < 0;
        if (compression == RLE8 || compression == RLE4) {
            if (bits != (compression == RLE8 ? 8 : 4)) {
                throw new IOException("a run-length encoded bitmap of " + bits + " bits a pixel");
            }
            byte[] indexes = BmpRuns.decode(b.position(offset), width, height, compression == RLE4);
            return new BmpPixels(
                    header, indexes, downwards ? 0 : (height - 1) * width, downwards ? width : -width, 8, channels);
        }
        if (compression != RGB && compression != BITFIELDS) {
            throw new IOException("a bitmap of compression " + compression);
        }
        long stride = ((long) width * bits + 31) / 32 * 4;
        if (offset < 0 || offset + stride * height > file.length) {
            throw new IOException("the pixels end before the picture does");
        }
        int first = downwards ? offset : (int) (offset + stride * (height - 1));
        return new BmpPixels(header, file, first, (int) (downwards ? stride : -stride), bits, channels);
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
        for (int i = 0; i < count; i++) {
            int raw = raw(first + (y + i * dy) * stride, x + i * dx);
            rgb[i * 3] = red.of(raw);
            rgb[i * 3 + 1] = green.of(raw);
            rgb[i * 3 + 2] = blue.of(raw);
        }
    }

    /** The bits of the pixel at {@code x} in the row that begins at {@code row}. */
    private int raw(int row, int x) {
        int at = row + (int) (((long) x * bits) >> 3);
        return switch (bits) {
            case 8 -> byteAt(at);
            case 16 -> byteAt(at) | (byteAt(at + 1) << 8);
            case 24 -> byteAt(at) | (byteAt(at + 1) << 8) | (byteAt(at + 2) << 16);
            case 32 -> byteAt(at) | (byteAt(at + 1) << 8) | (byteAt(at + 2) << 16) | (byteAt(at + 3) << 24);
            default -> (data[at] >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
        };
    }

    private int byteAt(int at) {
        return data[at] & 0xFF;
    }

    /**
     * One channel's value in a pixel's bits.
     *
     * @param mask which bits
     * @param shift how far right they are moved to be an index of the table
     * @param table the 8-bit values
     */
    private record Channel(int mask, int shift, byte[] table) {

        byte of(int raw) {
            return table[(raw & mask) >>> shift];
        }

        /** Palettes are blue, green, red and a spare byte; colours that one leaves out are grey, as Pillow has it. */
        static Channel[] ofPalette(ByteBuffer b, int at, int colours) {
            byte[][] tables = new byte[3][256];
            for (int i = 0; i < 256; i++) {
                boolean listed = i < colours && at + i * 4 + 3 <= b.limit();
                for (int channel = 0; channel < 3; channel++) {
                    tables[channel][i] = listed ? b.get(at + i * 4 + 2 - channel) : (byte) i;
                }
            }
            return new Channel[] {
                new Channel(0xFF, 0, tables[0]), new Channel(0xFF, 0, tables[1]), new Channel(0xFF, 0, tables[2])
            };
        }

        static Channel[] ofMasks(ByteBuffer b, int bits, boolean listed) throws IOException {
            // Right after the 40 bytes that all headers begin with, whether or not they count as part of the header.
            int at = FILE_HEADER + 40;
            if (listed && (b.getInt(at) | b.getInt(at + 4) | b.getInt(at + 8)) != 0) {
                return new Channel[] {ofMask(b.getInt(at)), ofMask(b.getInt(at + 4)), ofMask(b.getInt(at + 8))};
            }
            return bits == 16
                    ? new Channel[] {ofMask(0x7C00), ofMask(0x3E0), ofMask(0x1F)}
                    : new Channel[] {ofMask(0xFF0000), ofMask(0xFF00), ofMask(0xFF)};
        }

        private static Channel ofMask(int mask) throws IOException {
            int shift = Integer.numberOfTrailingZeros(mask);
            int max = mask == 0 ? 0 : mask >>> shift;
            if (max == 0 || max > 255 || (max & (max + 1)) != 0) {
                throw new IOException("a bitmap with the channel mask " + Integer.toHexString(mask));
            }
            byte[] table = new byte[max + 1];
            for (int value = 0; value <= max; value++) {
                table[value] = (byte) (value * 255 / max);
            }
            return new Channel(mask, shift, table);
        }
    }
}
