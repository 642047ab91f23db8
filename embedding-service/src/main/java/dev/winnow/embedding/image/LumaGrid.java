package dev.winnow.embedding.image;

/**
 * A picture reduced for measuring: its longer side has at most {@value #LONG_SIDE} cells. A cell is a square of
 * {@code n × n} pixels, represented by the mean of up to 2 × 2 of them, so the cost is bounded whatever the picture's
 * size. Cells that would reach beyond the picture are left out.
 *
 * @param width cells, at least 1
 * @param height cells, at least 1
 * @param rgb three bytes a cell
 * @param luma BT.601 luma (0.299 R + 0.587 G + 0.114 B), 0 to 255
 */
record LumaGrid(int width, int height, byte[] rgb, float[] luma) {

    static final int LONG_SIDE = 512;

    static LumaGrid of(Pixels picture) {
        int n = Math.max(1, (Math.max(picture.width(), picture.height()) + LONG_SIDE - 1) / LONG_SIDE);
        int width = Math.max(1, picture.width() / n);
        int height = Math.max(1, picture.height() / n);
        // The second sample of a cell lies half a cell on; there is none in cells of one pixel.
        int right = Math.min(n / 2, picture.width() - 1);
        int down = Math.min(n / 2, picture.height() - 1);
        // Rows are copied whole where most of their pixels are needed, else only the samples are gathered.
        boolean whole = n <= 2;
        int rowPixels = whole ? picture.width() : width;
        byte[] upperLeft = new byte[rowPixels * 3];
        byte[] lowerLeft = new byte[rowPixels * 3];
        byte[] upperRight = whole ? upperLeft : new byte[rowPixels * 3];
        byte[] lowerRight = whole ? lowerLeft : new byte[rowPixels * 3];
        int step = whole ? n * 3 : 3;
        int shift = whole ? right * 3 : 0;
        byte[] rgb = new byte[width * height * 3];
        float[] luma = new float[width * height];
        for (int y = 0; y < height; y++) {
            if (whole) {
                picture.row(y * n, upperLeft);
                picture.row(y * n + down, lowerLeft);
            } else {
                picture.line(0, y * n, n, 0, width, upperLeft);
                picture.line(right, y * n, n, 0, width, upperRight);
                picture.line(0, y * n + down, n, 0, width, lowerLeft);
                picture.line(right, y * n + down, n, 0, width, lowerRight);
            }
            for (int x = 0; x < width; x++) {
                int l = x * step;
                int r = l + shift;
                int red = sum(upperLeft[l], upperRight[r], lowerLeft[l], lowerRight[r]);
                int green = sum(upperLeft[l + 1], upperRight[r + 1], lowerLeft[l + 1], lowerRight[r + 1]);
                int blue = sum(upperLeft[l + 2], upperRight[r + 2], lowerLeft[l + 2], lowerRight[r + 2]);
                int cell = y * width + x;
                rgb[cell * 3] = (byte) (red >> 2);
                rgb[cell * 3 + 1] = (byte) (green >> 2);
                rgb[cell * 3 + 2] = (byte) (blue >> 2);
                luma[cell] = (0.299f * red + 0.587f * green + 0.114f * blue) / 4;
            }
        }
        return new LumaGrid(width, height, rgb, luma);
    }

    private static int sum(byte a, byte b, byte c, byte d) {
        return (a & 0xFF) + (b & 0xFF) + (c & 0xFF) + (d & 0xFF);
    }

    /** The mean luma of each of {@code side × side} equal parts; parts of small pictures may share cells. */
    double[] parts(int side) {
        double[] parts = new double[side * side];
        for (int j = 0; j < side; j++) {
            int top = j * height / side;
            int bottom = Math.max(top + 1, (j + 1) * height / side);
            for (int i = 0; i < side; i++) {
                int left = i * width / side;
                int right = Math.max(left + 1, (i + 1) * width / side);
                double sum = 0;
                for (int y = top; y < bottom; y++) {
                    for (int x = left; x < right; x++) {
                        sum += luma[y * width + x];
                    }
                }
                parts[j * side + i] = sum / ((bottom - top) * (right - left));
            }
        }
        return parts;
    }
}
