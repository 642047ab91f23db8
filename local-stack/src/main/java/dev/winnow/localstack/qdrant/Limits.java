package dev.winnow.localstack.qdrant;

/** Numbers of points in requests, unsigned on the wire, as numbers that can be counted to. */
final class Limits {

    private static final int MOST = Integer.MAX_VALUE / 4;

    private Limits() {}

    /** At least one. */
    static int positive(String name, long value) {
        if (value == 0) {
            throw QdrantErrors.tooSmall(name, 0, 1);
        }
        return clamped(value);
    }

    /** There are never so many points that more could be meant. */
    static int clamped(long value) {
        return Long.compareUnsigned(value, MOST) > 0 ? MOST : (int) value;
    }
}
