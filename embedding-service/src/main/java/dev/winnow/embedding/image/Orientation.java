package dev.winnow.embedding.image;

import java.util.List;

/**
 * How a stored picture has to be turned to stand upright (EXIF tag 0x0112). Turning is a change of view: no pixel is
 * copied, whatever the picture's size.
 */
public enum Orientation {
    UPRIGHT,
    MIRRORED,
    ROTATED_180,
    FLIPPED,
    TRANSPOSED,
    ROTATED_90,
    TRANSVERSED,
    ROTATED_270;

    /** The orientation for a tag's value; anything but 1 to 8 means upright. */
    public static Orientation ofTag(int tag) {
        return tag >= 1 && tag <= 8 ? values()[tag - 1] : UPRIGHT;
    }

    /** The tag's value, 1 to 8. */
    public int tag() {
        return List.of(values()).indexOf(this) + 1;
    }

    /** The same picture, upright. Closing the view closes {@code stored}. */
    public Pixels apply(Pixels stored) {
        return this == UPRIGHT ? stored : new Turned(stored, this);
    }

    boolean swapsSides() {
        return compareTo(TRANSPOSED) >= 0;
    }

    private record Turned(Pixels stored, Orientation how) implements Pixels {

        @Override
        public int width() {
            return how.swapsSides() ? stored.height() : stored.width();
        }

        @Override
        public int height() {
            return how.swapsSides() ? stored.width() : stored.height();
        }

        @Override
        public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
            int right = stored.width() - 1;
            int bottom = stored.height() - 1;
            switch (how) {
                case UPRIGHT -> stored.line(x, y, dx, dy, count, rgb);
                case MIRRORED -> stored.line(right - x, y, -dx, dy, count, rgb);
                case ROTATED_180 -> stored.line(right - x, bottom - y, -dx, -dy, count, rgb);
                case FLIPPED -> stored.line(x, bottom - y, dx, -dy, count, rgb);
                case TRANSPOSED -> stored.line(y, x, dy, dx, count, rgb);
                case ROTATED_90 -> stored.line(y, bottom - x, dy, -dx, count, rgb);
                case TRANSVERSED -> stored.line(right - y, bottom - x, -dy, -dx, count, rgb);
                case ROTATED_270 -> stored.line(right - y, x, -dy, dx, count, rgb);
            }
        }

        @Override
        public void close() {
            stored.close();
        }
    }
}
