package dev.winnow.cli.sample;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Consumer;

/** The outliers: pictures of no class, and unlike each other. What strays into a folder of photos. */
enum Oddity {
    NOISE(Oddity::noise),
    TEXT_PAGE(Oddity::textPage),
    FRACTAL(Oddity::fractal),
    MAZE(Oddity::maze),
    BARCODE(Oddity::barcode),
    SPECTROGRAM(Oddity::spectrogram),
    TEST_CARD(Oddity::testCard),
    CHART(Oddity::chart);

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method holds no state
    private final Consumer<Canvas> painter;

    Oddity(Consumer<Canvas> painter) {
        this.painter = painter;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    BufferedImage paint(long seed) {
        Canvas shape = new Canvas(1, 1, seed);
        Canvas canvas = new Canvas(shape.whole(280, 400), shape.whole(280, 400), seed);
        painter.accept(canvas);
        canvas.g.dispose();
        return canvas.image;
    }

    private static void noise(Canvas c) {
        for (int y = 0; y < c.height; y++) {
            for (int x = 0; x < c.width; x++) {
                c.image.setRGB(x, y, c.whole(0, 0xFFFFFF));
            }
        }
    }

    private static void textPage(Canvas c) {
        c.box(0, 0, c.width, c.height, new Color(250, 249, 245));
        double line = c.height / 30.0;
        for (int row = 2; row < 28; row++) {
            double end = c.width * (row % 7 == 0 ? c.between(0.3, 0.7) : 0.92);
            double x = c.width * 0.08;
            while (x < end) {
                int letters = c.whole(2, 9);
                for (int i = 0; i < letters && x < end; i++) {
                    double h = line * (c.chance(0.3) ? 0.62 : 0.4);
                    c.box(x, row * line - h, line * 0.1, h, Color.BLACK);
                    if (c.chance(0.7)) {
                        c.box(x, row * line - (c.chance(0.5) ? h : line * 0.08), line * 0.26, line * 0.09, Color.BLACK);
                    }
                    x += line * 0.36;
                }
                x += line * 0.3;
            }
        }
    }

    /** A Julia set. */
    private static void fractal(Canvas c) {
        for (int py = 0; py < c.height; py++) {
            for (int px = 0; px < c.width; px++) {
                double x = (px - c.width / 2.0) * 3 / c.side();
                double y = (py - c.height / 2.0) * 3 / c.side();
                int steps = 0;
                while (x * x + y * y < 4 && steps < 120) {
                    double next = x * x - y * y - 0.79;
                    y = 2 * x * y + 0.15;
                    x = next;
                    steps++;
                }
                c.image.setRGB(
                        px,
                        py,
                        Canvas.colour(0.62 + steps / 45.0, 0.85, steps == 120 ? 0 : Math.min(1, 0.2 + steps / 25.0))
                                .getRGB());
            }
        }
    }

    /** Walls between cells, opened by a walk that backtracks until every cell was reached. */
    private static void maze(Canvas c) {
        int n = 21;
        BitSet open = new BitSet(n * n);
        int[] trail = new int[n * n];
        int length = 1;
        trail[0] = n + 1;
        open.set(n + 1);
        while (length > 0) {
            int at = trail[length - 1];
            int[] steps = {-1, 1, -n, n};
            int first = c.whole(0, 3);
            boolean moved = false;
            for (int k = 0; k < 4 && !moved; k++) {
                int step = steps[(first + k) % 4];
                int row = at / n + 2 * (step / n);
                int column = at % n + (step % n == 0 ? 0 : 2 * step);
                if (row > 0 && row < n - 1 && column > 0 && column < n - 1 && !open.get(row * n + column)) {
                    open.set(at + step);
                    open.set(row * n + column);
                    trail[length++] = row * n + column;
                    moved = true;
                }
            }
            if (!moved) {
                length--;
            }
        }
        c.box(0, 0, c.width, c.height, Color.BLACK);
        for (int cell = open.nextSetBit(0); cell >= 0; cell = open.nextSetBit(cell + 1)) {
            c.box(
                    cell % n * c.width / (double) n,
                    cell / n * c.height / (double) n,
                    c.width / (double) n + 1,
                    c.height / (double) n + 1,
                    Color.WHITE);
        }
    }

    private static void barcode(Canvas c) {
        c.box(0, 0, c.width, c.height, Color.WHITE);
        double x = c.width * 0.08;
        while (x < c.width * 0.9) {
            double w = c.whole(1, 4) * c.width / 190.0;
            c.box(x, c.height * 0.12, w, c.height * 0.76, Color.BLACK);
            x += w + c.whole(1, 4) * c.width / 190.0;
        }
    }

    private static void spectrogram(Canvas c) {
        double base = c.between(0.06, 0.1);
        for (int y = 0; y < c.height; y++) {
            double pitch = 1 - y / (double) c.height;
            for (int x = 0; x < c.width; x++) {
                double t = x / (double) c.width;
                double tone = base * (1 + 0.35 * Math.sin(t * 11) + 0.2 * Math.sin(t * 29));
                double off = pitch / tone - Math.rint(pitch / tone);
                double loud = Math.exp(-off * off * 60) * Math.exp(-pitch * 2.2) * (Math.sin(t * 17) > -0.6 ? 1 : 0.1);
                loud = Math.min(1, loud + c.between(0, 0.16));
                c.image.setRGB(
                        x,
                        y,
                        Canvas.colour(0.78 - 0.66 * loud, 0.9, 0.12 + 0.88 * loud)
                                .getRGB());
            }
        }
    }

    private static void testCard(Canvas c) {
        int[] bars = {0xC0C0C0, 0xC0C000, 0x00C0C0, 0x00C000, 0xC000C0, 0xC00000, 0x0000C0};
        for (int i = 0; i < bars.length; i++) {
            c.box(i * c.width / 7.0, 0, c.width / 7.0 + 1, c.height * 0.7, new Color(bars[i]));
        }
        for (int i = 0; i < 16; i++) {
            c.box(
                    i * c.width / 16.0,
                    c.height * 0.7,
                    c.width / 16.0 + 1,
                    c.height * 0.3,
                    Canvas.colour(0, 0, i / 15.0));
        }
    }

    private static void chart(Canvas c) {
        c.box(0, 0, c.width, c.height, Color.WHITE);
        for (int i = 1; i < 8; i++) {
            c.box(c.width * 0.08, c.height * i / 8.0, c.width * 0.88, 1, new Color(220, 220, 220));
        }
        for (int i = 0; i < 9; i++) {
            double h = c.height * c.between(0.1, 0.78);
            c.box(c.width * (0.1 + i * 0.095), c.height * 0.9 - h, c.width * 0.06, h, Canvas.colour(0.57, 0.75, 0.8));
        }
        c.box(c.width * 0.08, c.height * 0.9, c.width * 0.88, 2, Color.BLACK);
        c.box(c.width * 0.08, c.height * 0.06, 2, c.height * 0.84, Color.BLACK);
    }
}
