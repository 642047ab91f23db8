package dev.winnow.curation.labels;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, one after the other; blank ones are passed over. No more than one is held. */
public final class LineReader {

    /** More is no line but a file without line breaks. */
    public static final int MAX_BYTES = 65_536;

    private static final int BUFFER = 65_536;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;
    private long number;

    public LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * A line.
     *
     * @param number from 1
     * @param text its bytes without the line break; null if there are more than {@value #MAX_BYTES}
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Line(long number, byte @Nullable [] text) {}

    /** The next line; null at the end. */
    public @Nullable Line next() throws IOException {
        while (hasMore()) {
            read();
            byte[] text = line.toByteArray();
            if (tooLong || !isBlank(text)) {
                return new Line(number, tooLong ? null : text);
            }
        }
        return null;
    }

    /** Reads up to the next line break, or the end. */
    private void read() throws IOException {
        line.reset();
        tooLong = false;
        number++;
        while (hasMore()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            tooLong |= line.size() + end - from > MAX_BYTES;
            if (!tooLong) {
                line.write(buffer, from, end - from);
            }
            boolean broken = end < to;
            from = broken ? end + 1 : end;
            if (broken) {
                return;
            }
        }
    }

    private boolean hasMore() throws IOException {
        while (from == to) {
            int count = in.read(buffer);
            if (count < 0) {
                return false;
            }
            from = 0;
            to = count;
        }
        return true;
    }

    private static boolean isBlank(byte[] text) {
        for (byte next : text) {
            if (next != ' ' && next != '\t' && next != '\r') {
                return false;
            }
        }
        return true;
    }
}
