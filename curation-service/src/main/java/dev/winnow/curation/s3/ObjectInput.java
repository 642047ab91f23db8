package dev.winnow.curation.s3;

import dev.winnow.curation.NotFoundException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** An object of the bucket as Parquet reads files: here and there, by ranges, never as a whole. The object must not change. */
final class ObjectInput implements InputFile {

    /** The least that is asked for at once: Parquet reads a file's end and its page headers byte by byte. */
    private static final int WINDOW = 1 << 16;

    private final S3Bucket bucket;
    private final String key;
    private final long length;

    ObjectInput(S3Bucket bucket, String key, long length) {
        this.bucket = bucket;
        this.key = key;
        this.length = length;
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream();
    }

    private final class Stream extends SeekableInputStream {

        private long position;
        private byte[] window = new byte[0];
        private long windowAt;

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long to) {
            position = to;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int wanted) throws IOException {
            if (wanted == 0) {
                return 0;
            }
            if (position >= length) {
                return -1;
            }
            if (position < windowAt || position >= windowAt + window.length) {
                load(wanted);
            }
            int from = (int) (position - windowAt);
            int read = Math.min(wanted, window.length - from);
            System.arraycopy(window, from, bytes, offset, read);
            position += read;
            return read;
        }

        private void load(int wanted) throws IOException {
            // Of the end all: what is read next begins before what was read first.
            long from = Math.min(position, Math.max(0, length - WINDOW));
            int size = (int) Math.min(length - from, Math.max(WINDOW, position - from + wanted));
            byte[] read = bucket.read(key, from, size).orElseThrow(() -> new NotFoundException("object", key));
            if (read.length < size) {
                throw new EOFException(key + " ends at " + (from + read.length) + " of " + length);
            }
            window = read;
            windowAt = from;
        }

        @Override
        public void readFully(byte[] bytes) throws IOException {
            readFully(bytes, 0, bytes.length);
        }

        @Override
        public void readFully(byte[] bytes, int offset, int wanted) throws IOException {
            for (int done = 0; done < wanted; ) {
                int read = read(bytes, offset + done, wanted - done);
                if (read < 0) {
                    throw new EOFException(key + " ends at " + length);
                }
                done += read;
            }
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            byte[] bytes = new byte[buffer.remaining()];
            int read = read(bytes, 0, bytes.length);
            if (read > 0) {
                buffer.put(bytes, 0, read);
            }
            return read;
        }

        @Override
        public void readFully(ByteBuffer buffer) throws IOException {
            byte[] bytes = new byte[buffer.remaining()];
            readFully(bytes, 0, bytes.length);
            buffer.put(bytes);
        }
    }
}
