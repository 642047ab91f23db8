package dev.winnow.embedding.image;

/**
 * Along one axis: which input pixels make an output pixel, and with which weights. Weights are fixed-point numbers of
 * {@value #PRECISION} fractional bits, as Pillow computes them for 8-bit pictures.
 *
 * @param first for each output pixel, the first input pixel it is made of
 * @param weights for each output pixel, the weights of that input pixel and those after it
 */
record Kernels(int[] first, int[][] weights) {

    /** Pillow's PRECISION_BITS, 32 - 8 - 2: a sum of weighted 8-bit values just fits an int. */
    static final int PRECISION = 22;

    /**
     * The kernels of the output pixels {@code from} to {@code from + count - 1}, when {@code in} pixels become
     * {@code out}. Downscaling widens the filter (antialiasing).
     */
    static Kernels of(Interpolation filter, int in, long out, long from, int count) {
        double scale = (double) in / out;
        if (filter == Interpolation.NEAREST) {
            return nearest(scale, from, count);
        }
        double filterScale = Math.max(scale, 1);
        double support = filter.support * filterScale;
        int[] first = new int[count];
        int[][] weights = new int[count][];
        for (int i = 0; i < count; i++) {
            double centre = (from + i + 0.5) * scale;
            int low = Math.max((int) (centre - support + 0.5), 0);
            int high = Math.min((int) (centre + support + 0.5), in);
            double[] exact = new double[high - low];
            double sum = 0;
            double inverse = 1 / filterScale;
            for (int x = 0; x < exact.length; x++) {
                exact[x] = filter.weight((x + low - centre + 0.5) * inverse);
                sum += exact[x];
            }
            first[i] = low;
            weights[i] = new int[exact.length];
            for (int x = 0; x < exact.length; x++) {
                double scaled = (sum == 0 ? exact[x] : exact[x] / sum) * (1 << PRECISION);
                weights[i][x] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
        }
        return new Kernels(first, weights);
    }

    private static Kernels nearest(double scale, long from, int count) {
        int[] first = new int[count];
        int[][] weights = new int[count][];
        // Pillow adds up the positions; where one meets a pixel's edge, the last bit decides.
        double position = scale * 0.5;
        for (long skipped = 0; skipped < from; skipped++) {
            position += scale;
        }
        for (int i = 0; i < count; i++) {
            first[i] = (int) position;
            weights[i] = new int[] {1 << PRECISION};
            position += scale;
        }
        return new Kernels(first, weights);
    }

    int count() {
        return first.length;
    }

    /** The first input pixel that any output pixel needs. */
    int begin() {
        return first[0];
    }

    /** One past the last input pixel that any output pixel needs. */
    int end() {
        int end = 0;
        for (int i = 0; i < first.length; i++) {
            end = Math.max(end, first[i] + weights[i].length);
        }
        return end;
    }

    /** The most input pixels that make an output pixel. */
    int longest() {
        int longest = 0;
        for (int[] pixel : weights) {
            longest = Math.max(longest, pixel.length);
        }
        return longest;
    }

    /** A weighted sum as an 8-bit value, rounded and saturated. */
    static byte toByte(int sum) {
        int value = sum >> PRECISION;
        return (byte) (value < 0 ? 0 : Math.min(value, 255));
    }
}
