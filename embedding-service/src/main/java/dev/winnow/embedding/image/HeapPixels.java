package dev.winnow.embedding.image;

/**
 * A picture in the heap.
 *
 * @param rgb row by row, three bytes a pixel
 */
record HeapPixels(int width, int height, byte[] rgb) implements Pixels {

    @Override
    public void line(int x, int y, int dx, int dy, int count, byte[] target) {
        int at = (y * width + x) * 3;
        int step = (dy * width + dx) * 3;
        for (int i = 0; i < count * 3; i += 3, at += step) {
            target[i] = rgb[at];
            target[i + 1] = rgb[at + 1];
            target[i + 2] = rgb[at + 2];
        }
    }
}
