package dev.winnow.embedding.image;

/**
 * Makes grey pictures smaller by factors of two: means of 2 × 2 pixels, rounded, halves up. Where only one side is halved,
 * means of two pixels, halves to even. A row or column that is left over is dropped. So does OpenCV's {@code INTER_AREA}.
 */
final class Halving {

    private Halving() {}

    /** Half of a side; a side of one pixel stays. */
    static int half(int side) {
        return Math.max(1, side / 2);
    }

    /**
     * One row of the smaller picture, of two rows of the larger one.
     *
     * @param first where the upper row begins
     * @param second where the lower row begins; the same where rows are not halved
     * @param across whether columns are halved; if not, two rows are given
     * @param count pixels of the row that is made
     */
    static void row(byte[] from, int first, int second, boolean across, int count, byte[] to, int at) {
        if (across && first != second) {
            for (int i = 0; i < count; i++) {
                int a = first + 2 * i;
                int b = second + 2 * i;
                int sum = (from[a] & 0xFF) + (from[a + 1] & 0xFF) + (from[b] & 0xFF) + (from[b + 1] & 0xFF);
                to[at + i] = (byte) ((sum + 2) >> 2);
            }
            return;
        }
        int step = across ? 2 : 1;
        int other = across ? first + 1 : second;
        for (int i = 0; i < count; i++) {
            int sum = (from[first + step * i] & 0xFF) + (from[other + step * i] & 0xFF);
            int mean = sum >> 1;
            to[at + i] = (byte) (mean + (sum & mean & 1));
        }
    }
}
