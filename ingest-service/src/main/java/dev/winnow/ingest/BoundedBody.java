package dev.winnow.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Collects a body up to a limit, and beyond it only counts: whatever is sent, no more than the limit is held. */
public final class BoundedBody extends OutputStream {

    private static final int PIECE = 64 * 1024;

    private final long limit;
    private final List<byte[]> pieces = new ArrayList<>();
    private long count;

    public BoundedBody(long limit) {
        this.limit = limit;
    }

    /**
     * Reads a body of a known length without holding it twice.
     *
     * @return the bytes, fewer than {@code length} if the stream ended before
     */
    public static byte[] readExactly(InputStream in, int length) throws IOException {
        byte[] file = new byte[length];
        int read = in.readNBytes(file, 0, length);
        return read == length ? file : java.util.Arrays.copyOf(file, read);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        int at = offset;
        int left = (int) Math.min(length, Math.max(0, limit - count));
        while (left > 0) {
            int used = (int) (count % PIECE);
            if (used == 0) {
                pieces.add(new byte[PIECE]);
            }
            int n = Math.min(left, PIECE - used);
            System.arraycopy(from, at, pieces.getLast(), used, n);
            at += n;
            left -= n;
            count += n;
        }
        count += offset + length - at;
        if (count > limit) {
            pieces.clear();
        }
    }

    /** How many bytes were written, held or not. */
    public long count() {
        return count;
    }

    public boolean overLimit() {
        return count > limit;
    }

    /** What was written; only while not {@link #overLimit()}. */
    public byte[] toByteArray() {
        if (overLimit()) {
            throw new IllegalStateException("nothing is held of a body of " + count + " bytes");
        }
        byte[] file = new byte[(int) count];
        for (int i = 0; i < pieces.size(); i++) {
            int at = i * PIECE;
            System.arraycopy(pieces.get(i), 0, file, at, Math.min(PIECE, file.length - at));
        }
        return file;
    }
}
