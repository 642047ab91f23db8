package dev.winnow.cli.sample;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/** A picture being drawn, with the strokes and the chance that all scenes share. Lengths are pixels. */
final class Canvas {

    final int width;
    final int height;
    final BufferedImage image;
    final Graphics2D g;
    private final Random random;

    Canvas(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.random = new Random(seed);
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /** The shorter side: the measure for the size of things. */
    int side() {
        return Math.min(width, height);
    }

    double between(double low, double high) {
        return low + random.nextDouble() * (high - low);
    }

    int whole(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A colour of HSB, each value 0 to 1; the hue wraps around. */
    static Color colour(double hue, double saturation, double brightness) {
        return Color.getHSBColor(
                (float) hue, (float) Math.clamp(saturation, 0, 1), (float) Math.clamp(brightness, 0, 1));
    }

    static Color translucent(Color colour, double opacity) {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), (int) (opacity * 255));
    }

    /** Between {@code a} (share 0) and {@code b} (share 1). */
    static Color mix(Color a, Color b, double share) {
        return new Color(
                (int) (a.getRed() + (b.getRed() - a.getRed()) * share),
                (int) (a.getGreen() + (b.getGreen() - a.getGreen()) * share),
                (int) (a.getBlue() + (b.getBlue() - a.getBlue()) * share));
    }

    void gradient(double top, double bottom, Color from, Color to) {
        g.setPaint(new GradientPaint(0, (float) top, from, 0, (float) bottom, to));
        g.fill(new Rectangle2D.Double(0, top, width, bottom - top + 1));
    }

    void fill(Shape shape, Color colour) {
        g.setPaint(colour);
        g.fill(shape);
    }

    void line(Shape shape, Color colour, double thickness) {
        g.setPaint(colour);
        g.setStroke(new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(shape);
    }

    void disc(double x, double y, double radius, Color colour) {
        fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), colour);
    }

    void box(double x, double y, double w, double h, Color colour) {
        fill(new Rectangle2D.Double(x, y, w, h), colour);
    }

    static Path2D polygon(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }

    /** A round, uneven outline: a cloud, a stone, a patch of moss. */
    Path2D blob(double x, double y, double radius, double unevenness) {
        int corners = whole(7, 12);
        double[] xy = new double[2 * corners];
        for (int i = 0; i < corners; i++) {
            double r = radius * between(1 - unevenness, 1 + unevenness);
            double angle = 2 * Math.PI * i / corners;
            xy[2 * i] = x + r * Math.cos(angle);
            xy[2 * i + 1] = y + r * Math.sin(angle);
        }
        Path2D path = new Path2D.Double();
        path.moveTo((xy[0] + xy[2 * corners - 2]) / 2, (xy[1] + xy[2 * corners - 1]) / 2);
        for (int i = 0; i < corners; i++) {
            int next = (i + 1) % corners;
            path.quadTo(
                    xy[2 * i], xy[2 * i + 1], (xy[2 * i] + xy[2 * next]) / 2, (xy[2 * i + 1] + xy[2 * next + 1]) / 2);
        }
        path.closePath();
        return path;
    }

    /** Many translucent patches between two colours: soil, foliage, plaster. */
    void mottle(double top, double bottom, Color a, Color b, int count, double size) {
        for (int i = 0; i < count; i++) {
            double x = between(-0.05, 1.05) * width;
            double y = between(top, bottom);
            fill(
                    blob(x, y, side() * size * between(0.4, 1.6), 0.45),
                    translucent(mix(a, b, between(0, 1)), between(0.15, 0.5)));
        }
    }

    /** A ridge across the picture, filled down to the bottom. */
    void hills(double level, double swing, Color colour) {
        Path2D path = new Path2D.Double();
        double phase = between(0, 6.28);
        double waves = between(0.7, 2.5);
        path.moveTo(0, height);
        for (int x = 0; x <= width + 8; x += 8) {
            double t = x * waves * 6.28 / width + phase;
            path.lineTo(x, level + swing * (Math.sin(t) * 0.6 + Math.sin(2.3 * t + phase) * 0.4));
        }
        path.lineTo(width + 8.0, height);
        path.closePath();
        fill(path, colour);
    }

    void clouds(int count, double lowest, Color colour) {
        for (int i = 0; i < count; i++) {
            double x = between(0, width);
            double y = between(0, lowest);
            double size = side() * between(0.04, 0.12);
            int puffs = whole(3, 7);
            for (int puff = 0; puff < puffs; puff++) {
                fill(
                        blob(x + between(-1.8, 1.8) * size, y + between(-0.4, 0.3) * size, size, 0.2),
                        translucent(colour, between(0.2, 0.5)));
            }
        }
    }

    /** Light falling off to the corners, a cast of colour, and grain: what a camera would add. */
    BufferedImage finish() {
        g.dispose();
        double falloff = between(0, 0.35);
        double grain = between(2, 9);
        double red = between(0.93, 1.07);
        double blue = between(0.93, 1.07);
        double gain = between(0.88, 1.1);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                double dx = (2.0 * x - width) / width;
                double dy = (2.0 * y - height) / height;
                double light = gain * (1 - falloff * (dx * dx + dy * dy) / 2);
                double noise = random.nextGaussian() * grain;
                row[x] = (level(((row[x] >> 16) & 255) * light * red + noise) << 16)
                        | (level(((row[x] >> 8) & 255) * light + noise) << 8)
                        | level((row[x] & 255) * light * blue + noise);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    private static int level(double value) {
        return (int) Math.clamp(value, 0, 255);
    }
}
