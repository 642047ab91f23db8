package dev.winnow.embedding.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Run-length encoding of Windows bitmaps, of 8 or 4 bits a pixel. Pixels that no run reaches keep index 0. */
final class BmpRuns {

    private final ByteBuffer in;
    private final int width;
    private final boolean nibbles;
    private final byte[] indexes;
    private int at;

    private BmpRuns(ByteBuffer in, int width, int height, boolean nibbles) {
        this.in = in;
        this.width = width;
        this.nibbles = nibbles;
        this.indexes = new byte[width * height];
    }

    /** One palette index a pixel, the picture's lowest row first. {@code in} stands at the first run. */
    static byte[] decode(ByteBuffer in, int width, int height, boolean nibbles) {
        BmpRuns runs = new BmpRuns(in, width, height, nibbles);
        boolean more = runs.indexes.length > 0;
        while (more && in.remaining() >= 2) {
            more = runs.next();
        }
        return runs.indexes;
    }

    /** Whether there are more. */
    private boolean next() {
        int count = in.get() & 0xFF;
        int value = in.get() & 0xFF;
        if (count > 0) {
            run(Math.min(count, width - at % width), value);
            return true;
        }
        switch (value) {
            case 0 -> at += at % width == 0 ? 0 : width - at % width;
            case 1 -> at = indexes.length;
            case 2 -> move();
            default -> literal(value);
        }
        return at < indexes.length;
    }

    /** One value again and again; of 4 bits, two that take turns. */
    private void run(int count, int value) {
        if (!nibbles) {
            Arrays.fill(indexes, at, at + count, (byte) value);
            at += count;
            return;
        }
        for (int i = 0; i < count; i++) {
            indexes[at++] = (byte) (i % 2 == 0 ? value >> 4 : value & 15);
        }
    }

    private void move() {
        if (in.remaining() < 2) {
            at = indexes.length;
            return;
        }
        int right = in.get() & 0xFF;
        int up = in.get() & 0xFF;
        at = (int) Math.min(indexes.length, at + right + (long) up * width);
    }

    private void literal(int count) {
        int pixels = Math.min(count, indexes.length - at);
        for (int i = 0; i < pixels && in.hasRemaining(); i++) {
            if (!nibbles) {
                indexes[at++] = in.get();
            } else {
                int pair = i % 2 == 0 ? in.get(in.position()) >> 4 : in.get();
                indexes[at++] = (byte) (pair & 15);
            }
        }
        // An odd number of 4-bit pixels leaves half a byte; runs begin at even positions.
        if (nibbles && pixels % 2 == 1 && in.hasRemaining()) {
            in.get();
        }
        if (in.position() % 2 == 1 && in.hasRemaining()) {
            in.get();
        }
    }
}
