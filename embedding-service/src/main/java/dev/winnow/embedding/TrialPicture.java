package dev.winnow.embedding;

import dev.winnow.embedding.image.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Made-up pictures with what photos have: shading, edges, texture, colour; in different shapes and brightness. */
enum TrialPicture implements Pixels {
    /** A landscape: shading from top to bottom, a bright disc, a dark ridge. */
    LANDSCAPE(320, 240) {
        @Override
        double value(double x, double y, int channel) {
            double sky = 0.9 - 0.5 * y + 0.1 * channel * (1 - y);
            boolean sun = Math.hypot(x * 4 / 3 - 0.9, y - 0.25) < 0.12;
            boolean ridge = y > 0.65 + 0.1 * Math.sin(9 * x);
            return ridge ? 0.15 + 0.2 * (channel == 1 ? y : 0) : sun ? 1 - 0.3 * channel : sky;
        }
    },
    /** A pattern: slanted stripes in two colours, upright. */
    STRIPES(200, 300) {
        @Override
        double value(double x, double y, int channel) {
            boolean even = Math.floorMod((int) Math.floor(8 * x + 12 * y), 2) == 0;
            return even ? 0.8 - 0.35 * channel : 0.1 + 0.3 * channel;
        }
    },
    /** Texture: waves of all lengths, each as strong as it is long. */
    TEXTURE(256, 256) {
        @Override
        double value(double x, double y, int channel) {
            double sum = 0;
            SplittableRandom random = new SplittableRandom(channel);
            for (int wave = 1; wave <= 24; wave++) {
                double angle = random.nextDouble(Math.PI);
                double phase = random.nextDouble(2 * Math.PI);
                sum += Math.sin(2 * Math.PI * wave * (x * Math.cos(angle) + y * Math.sin(angle)) + phase) / wave;
            }
            return 0.5 + 0.2 * sum;
        }
    },
    /** A dark picture with one small bright thing, far from square. */
    LAMP(400, 150) {
        @Override
        double value(double x, double y, int channel) {
            return 0.04 + 0.9 * Math.exp(-60 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5))) / (1 + channel);
        }
    };

    private final int width;
    private final int height;

    TrialPicture(int width, int height) {
        this.width = width;
        this.height = height;
    }

    static List<TrialPicture> all() {
        return Arrays.asList(values());
    }

    /** A channel's value, 0 to 1, where {@code x} and {@code y} go from 0 to 1. */
    abstract double value(double x, double y, int channel);

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void line(int x, int y, int dx, int dy, int count, byte[] rgb) {
        for (int i = 0; i < count; i++) {
            double right = (x + i * dx) / (double) width;
            double down = (y + i * dy) / (double) height;
            for (int channel = 0; channel < 3; channel++) {
                double value = value(right, down, channel);
                rgb[3 * i + channel] = (byte) Math.clamp(Math.round(255 * value), 0, 255);
            }
        }
    }
}
