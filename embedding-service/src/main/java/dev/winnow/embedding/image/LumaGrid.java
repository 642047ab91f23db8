package dev.winnow.embedding.image;

/**
 * A picture's luma, reduced for measuring: halved ({@link Halving}) until its longer side has at most {@value #LONG_SIDE}
 * pixels. Luma is BT.601's, 0.299 R + 0.587 G + 0.114 B, rounded to 8 bits as each halving is. The picture is read row by
 * row, so memory does not grow with it.
 *
 * @param width pixels, 1 to {@value #LONG_SIDE}
 * @param height pixels, 1 to {@value #LONG_SIDE}
 * @param luma row by row
 */
record LumaGrid(int width, int height, byte[] luma) {

    static final int LONG_SIDE = 512;

    /** Of the fixed-point weights of the colours, OpenCV's; they sum up to 1. */
    private static final int FRACTION = 15;

    private static final int RED = 9798;
    private static final int GREEN = 19235;
    private static final int BLUE = 3735;

    static LumaGrid of(Pixels picture) {
        int halvings = halvings(picture);
        Reduction reduction = new Reduction(picture, halvings);
        int width = reduction.widths[halvings];
        int height = reduction.heights[halvings];
        byte[] luma = new byte[width * height];
        for (int y = 0; y < height; y++) {
            reduction.row(halvings, y, luma, y * width);
        }
        return new LumaGrid(width, height, luma);
    }

    /** How often a picture is halved. */
    static int halvings(Pixels picture) {
        int halvings = 0;
        for (int side = Math.max(picture.width(), picture.height()); side > LONG_SIDE; side = Halving.half(side)) {
            halvings++;
        }
        return halvings;
    }

    /** The rows of a picture's luma after each of some halvings, each made when it is asked for. */
    private static final class Reduction {

        final Pixels picture;
        final int[] widths;
        final int[] heights;
        /** For each halving the two rows that the next one is made of. */
        final byte[][] pairs;

        final byte[] rgb;

        Reduction(Pixels picture, int halvings) {
            this.picture = picture;
            this.widths = new int[halvings + 1];
            this.heights = new int[halvings + 1];
            this.pairs = new byte[halvings][];
            this.rgb = new byte[picture.width() * 3];
            widths[0] = picture.width();
            heights[0] = picture.height();
            for (int i = 0; i < halvings; i++) {
                pairs[i] = new byte[2 * widths[i]];
                widths[i + 1] = Halving.half(widths[i]);
                heights[i + 1] = Halving.half(heights[i]);
            }
        }

        void row(int halvings, int y, byte[] to, int at) {
            if (halvings == 0) {
                picture.row(y, rgb);
                toLuma(rgb, widths[0], to, at);
                return;
            }
            int larger = halvings - 1;
            byte[] pair = pairs[larger];
            int width = widths[larger];
            boolean down = heights[larger] > 1;
            row(larger, down ? 2 * y : y, pair, 0);
            if (down) {
                row(larger, 2 * y + 1, pair, width);
            }
            Halving.row(pair, 0, down ? width : 0, width > 1, widths[halvings], to, at);
        }
    }

    private static void toLuma(byte[] rgb, int count, byte[] to, int at) {
        for (int i = 0, from = 0; i < count; i++, from += 3) {
            int sum = RED * (rgb[from] & 0xFF) + GREEN * (rgb[from + 1] & 0xFF) + BLUE * (rgb[from + 2] & 0xFF);
            to[at + i] = (byte) ((sum + (1 << (FRACTION - 1))) >> FRACTION);
        }
    }

    /** Each side halved until it is below {@code side} pixels. */
    LumaGrid below(int side) {
        LumaGrid grid = this;
        while (grid.width >= side || grid.height >= side) {
            grid = grid.halved(grid.width >= side, grid.height >= side);
        }
        return grid;
    }

    private LumaGrid halved(boolean across, boolean down) {
        int smallWidth = across ? Halving.half(width) : width;
        int smallHeight = down ? Halving.half(height) : height;
        byte[] small = new byte[smallWidth * smallHeight];
        for (int y = 0; y < smallHeight; y++) {
            int first = (down ? 2 * y : y) * width;
            Halving.row(luma, first, down ? first + width : first, across, smallWidth, small, y * smallWidth);
        }
        return new LumaGrid(smallWidth, smallHeight, small);
    }

    /** Of the four neighbours less four times the pixel; beyond the border, its neighbour on the other side. */
    double laplacianVariance() {
        long sum = 0;
        long squares = 0;
        for (int y = 0; y < height; y++) {
            int row = y * width;
            int above = (y > 0 ? y - 1 : Math.min(1, height - 1)) * width;
            int below = (y < height - 1 ? y + 1 : Math.max(0, height - 2)) * width;
            int rowSum = 0;
            // At most 512 times 1020 squared: an int holds it.
            int rowSquares = 0;
            for (int x = 1; x < width - 1; x++) {
                int value = (luma[above + x] & 0xFF)
                        + (luma[below + x] & 0xFF)
                        + (luma[row + x - 1] & 0xFF)
                        + (luma[row + x + 1] & 0xFF)
                        - 4 * (luma[row + x] & 0xFF);
                rowSum += value;
                rowSquares += value * value;
            }
            sum += rowSum;
            squares += rowSquares;
            for (int x = 0; x < width; x += Math.max(1, width - 1)) {
                int beside = width == 1 ? 0 : x == 0 ? 1 : x - 1;
                int value = (luma[above + x] & 0xFF)
                        + (luma[below + x] & 0xFF)
                        + 2 * (luma[row + beside] & 0xFF)
                        - 4 * (luma[row + x] & 0xFF);
                sum += value;
                squares += (long) value * value;
            }
        }
        double count = (double) width * height;
        return squares / count - (sum / count) * (sum / count);
    }
}
