package dev.winnow.embedding.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The LZW codes of a GIF's frame (GIF89a, appendix F): sub-blocks of bytes, codes of up to 12 bits, lowest bit first. */
final class GifCodes {

    private static final int TABLE = 4096;

    private final ByteBuffer in;
    private final int clear;
    private final int firstSize;
    private final int[] link = new int[TABLE];
    private final byte[] last = new byte[TABLE];
    private final byte[] pending = new byte[TABLE + 1];
    private int pendingFrom = pending.length;
    private int next;
    private int size;
    private int previous = -1;
    private byte previousFirst;
    private int bits;
    private int bitCount;
    private int blockLeft;

    /** {@code in} stands at the smallest code's size, the byte before the sub-blocks. */
    GifCodes(ByteBuffer in) throws IOException {
        this.in = in;
        int dataBits = in.get();
        if (dataBits < 0 || dataBits > 11) {
            throw new IOException("a GIF with codes of " + dataBits + " bits");
        }
        this.clear = 1 << dataBits;
        this.firstSize = dataBits + 1;
        reset();
    }

    /** Fills {@code target} with the next pixels. */
    void read(byte[] target) throws IOException {
        int at = 0;
        while (at < target.length) {
            if (pendingFrom == pending.length) {
                expand(code());
            }
            int count = Math.min(target.length - at, pending.length - pendingFrom);
            System.arraycopy(pending, pendingFrom, target, at, count);
            pendingFrom += count;
            at += count;
        }
    }

    private void reset() {
        next = clear + 2;
        size = firstSize;
        previous = -1;
    }

    private int code() throws IOException {
        while (bitCount < size) {
            if (blockLeft == 0) {
                blockLeft = in.hasRemaining() ? in.get() & 0xFF : 0;
                if (blockLeft == 0 || in.remaining() < blockLeft) {
                    throw new IOException("the pixels end before the picture does");
                }
            }
            bits |= (in.get() & 0xFF) << bitCount;
            bitCount += 8;
            blockLeft--;
        }
        int code = bits & ((1 << size) - 1);
        bits >>>= size;
        bitCount -= size;
        return code;
    }

    /** Puts the pixels that a code stands for at the end of {@link #pending}. */
    private void expand(int code) throws IOException {
        if (code == clear) {
            reset();
            return;
        }
        if (code == clear + 1) {
            throw new IOException("the pixels end before the picture does");
        }
        if (code > next || (previous < 0 && code > clear)) {
            throw new IOException("a GIF with a code that was never defined");
        }
        int from = code;
        if (code == next) {
            // The string that this very code defines: the one before, and its first pixel once more.
            pending[--pendingFrom] = previousFirst;
            from = previous;
        }
        while (from >= clear) {
            pending[--pendingFrom] = last[from];
            from = link[from];
        }
        pending[--pendingFrom] = (byte) from;
        if (previous >= 0 && next < TABLE) {
            last[next] = (byte) from;
            link[next] = previous;
            if (next == (1 << size) - 1 && size < 12) {
                size++;
            }
            next++;
        }
        previous = code;
        previousFirst = (byte) from;
    }
}
