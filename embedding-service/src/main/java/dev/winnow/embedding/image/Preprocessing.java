package dev.winnow.embedding.image;

import java.util.List;

/**
 * From a picture to a model's input: resize, crop, {@code (value · scale − mean) / std} per channel.
 *
 * @param width of the input, cut from the middle of the resized picture, pixels
 * @param height of the input, likewise
 * @param layout order of the axes
 * @param colour order of the channels
 * @param scale what an 8-bit value is multiplied with first, for example 1/255
 * @param mean per channel, in the tensor's order of channels
 * @param std per channel, in the tensor's order of channels; not 0
 */
public record Preprocessing(
        Resize resize,
        int width,
        int height,
        Layout layout,
        Colour colour,
        double scale,
        List<Double> mean,
        List<Double> std) {

    /** The order of the input tensor's axes after the batch. */
    public enum Layout {
        /** Channel, row, column. */
        NCHW,
        /** Row, column, channel. */
        NHWC
    }

    /** The order of the input tensor's channels. */
    public enum Colour {
        RGB,
        BGR
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3 || std.contains(0.0)) {
            throw new IllegalArgumentException("expected three means and three deviations other than 0");
        }
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("expected positive sides, got " + width + " and " + height);
        }
    }

    /** How many floats {@link #apply} gives. */
    public int length() {
        return 3 * width * height;
    }

    /** By how much a picture can be reduced, 8, 4, 2 or 1, and still not have to be enlarged. */
    int reduction(int width, int height) {
        int reduction = 8;
        while (reduction > 1
                && (width / reduction < resize.width(width, height)
                        || height / reduction < resize.height(width, height))) {
            reduction /= 2;
        }
        return reduction;
    }

    /** The input tensor of one picture, in {@link #layout} order. */
    public float[] apply(Pixels picture) {
        float[] tensor = new float[length()];
        apply(picture, tensor);
        return tensor;
    }

    /**
     * The same, into memory that is there already.
     *
     * @param tensor {@link #length} floats, all of which are written
     */
    void apply(Pixels picture, float[] tensor) {
        byte[] crop = new Resampler(resize, width, height).apply(picture);
        int plane = width * height;
        for (int channel = 0; channel < 3; channel++) {
            float[] values = normalised(channel);
            int source = colour == Colour.RGB ? channel : 2 - channel;
            int target = layout == Layout.NCHW ? channel * plane : channel;
            int step = layout == Layout.NCHW ? 1 : 3;
            for (int i = 0; i < plane; i++) {
                tensor[target + i * step] = values[crop[i * 3 + source] & 0xFF];
            }
        }
    }

    /** What each 8-bit value becomes; single precision at each step, as torchvision computes it. */
    private float[] normalised(int channel) {
        float centre = mean.get(channel).floatValue();
        float deviation = std.get(channel).floatValue();
        float[] values = new float[256];
        for (int value = 0; value < values.length; value++) {
            values[value] = ((float) (value * scale) - centre) / deviation;
        }
        return values;
    }
}
