package dev.winnow.curation.exports;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A sink that can be cut off, so that what is closed after a failure cannot write an end that looks like a whole file. */
final class Severable extends FilterOutputStream {

    private boolean severed;

    Severable(OutputStream out) {
        super(out);
    }

    void sever() {
        severed = true;
    }

    @Override
    public void write(int value) throws IOException {
        if (!severed) {
            out.write(value);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!severed) {
            out.write(bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!severed) {
            out.flush();
        }
    }

    /** The caller's stream stays open. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
