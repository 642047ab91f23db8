package dev.winnow.embedding.image;

/** The measures of luma among the {@link Identifiers}, which state ranges and formulas. */
record LumaStatistics(double brightness, double contrast, double sharpness, double entropy) {

    static LumaStatistics of(LumaGrid grid) {
        byte[] luma = grid.luma();
        int cells = luma.length;
        int[] histogram = histogram(luma);
        long sum = 0;
        long squares = 0;
        double entropy = 0;
        for (int value = 0; value < histogram.length; value++) {
            long count = histogram[value];
            if (count > 0) {
                sum += count * value;
                squares += count * value * value;
                double share = (double) count / cells;
                entropy -= share * Math.log(share) / Math.log(2);
            }
        }
        return new LumaStatistics(
                sum / (255.0 * cells),
                Math.sqrt(variance(sum, squares, cells)) / 255,
                grid.laplacianVariance(),
                // Of a plain picture it is -0.
                Math.max(0, entropy));
    }

    private static int[] histogram(byte[] luma) {
        int[] histogram = new int[256];
        int[] others = new int[256];
        // Neighbours are often equal, and two additions to the same place in a row have to wait for each other.
        for (int i = 0; i + 1 < luma.length; i += 2) {
            histogram[luma[i] & 0xFF]++;
            others[luma[i + 1] & 0xFF]++;
        }
        if (luma.length % 2 == 1) {
            histogram[luma[luma.length - 1] & 0xFF]++;
        }
        for (int value = 0; value < histogram.length; value++) {
            histogram[value] += others[value];
        }
        return histogram;
    }

    /** Of whole numbers, so that nothing is rounded before the division: (n Σv² − (Σv)²) / n². */
    private static double variance(long sum, long squares, int count) {
        return (double) (squares * count - sum * sum) / ((double) count * count);
    }
}
