package dev.winnow.ingest;

import dev.winnow.contract.ImageId;
import java.util.Arrays;

/**
 * The first so many image ids it is given, at 8 bytes each: an id is a SHA-1, any 64 bits of it are as good as a hash. A
 * million ids against a million points take one for another with a probability of about 10⁻⁷.
 */
final class IdSet {

    private final int capacity;
    private long[] hashes;
    private int size;

    IdSet(int capacity) {
        this.capacity = capacity;
        this.hashes = new long[Math.min(capacity, 1024)];
    }

    void add(ImageId id) {
        if (size == capacity) {
            return;
        }
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, (int) Math.min(capacity, 2L * size));
        }
        hashes[size++] = hash(id);
    }

    /** Ends adding, and makes {@link #contains} work. */
    void freeze() {
        Arrays.sort(hashes, 0, size);
    }

    boolean contains(ImageId id) {
        return Arrays.binarySearch(hashes, 0, size, hash(id)) >= 0;
    }

    private static long hash(ImageId id) {
        return id.value().getMostSignificantBits() ^ Long.rotateLeft(id.value().getLeastSignificantBits(), 17);
    }
}
