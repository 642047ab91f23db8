package dev.winnow.cli.sample;

import static dev.winnow.cli.sample.Canvas.colour;
import static dev.winnow.cli.sample.Canvas.mix;
import static dev.winnow.cli.sample.Canvas.polygon;
import static dev.winnow.cli.sample.Canvas.translucent;

import java.awt.Color;
import java.awt.RadialGradientPaint;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.RoundRectangle2D;

/** Scenes with something made, or something far away, in them. */
final class Built {

    private Built() {}

    static void houses(Canvas c) {
        Color sky = colour(c.between(0.5, 0.66), c.between(0.05, 0.55), c.between(0.6, 1));
        c.gradient(0, c.height, sky, mix(sky, c.chance(0.3) ? Color.ORANGE : Color.WHITE, 0.6));
        c.clouds(c.whole(0, 4), c.height * 0.4, Color.WHITE);
        double ground = c.height * c.between(0.8, 0.93);
        int count = c.whole(1, 5);
        double x = c.between(-0.1, 0.05) * c.width;
        double wide = c.width * 1.1 / count;
        for (int i = 0; i < count; i++) {
            double w = wide * c.between(0.72, 0.98);
            house(c, x, ground, w, Math.min(c.height * c.between(0.35, 0.6), w * c.between(0.8, 2.2)));
            x += wide;
        }
        c.gradient(
                ground,
                c.height,
                colour(c.between(0.08, 0.35), c.between(0.05, 0.5), c.between(0.35, 0.65)),
                Color.DARK_GRAY);
    }

    private static void house(Canvas c, double x, double ground, double w, double h) {
        Color wall = colour(c.between(0, 1), c.between(0.05, 0.5), c.between(0.55, 0.97));
        Color roof = colour(c.between(-0.03, 0.1), c.between(0.2, 0.8), c.between(0.25, 0.65));
        double top = ground - h;
        c.box(x, top, w, h, wall);
        c.box(x + w * 0.86, top, w * 0.14, h, translucent(Color.BLACK, 0.15));
        double pitch = Math.min(w * c.between(0.2, 0.5), c.height * 0.3);
        double eaves = w * 0.06;
        if (c.chance(0.75)) {
            c.fill(polygon(x - eaves, top, x + w / 2, top - pitch, x + w + eaves, top), roof);
        } else {
            c.box(x - eaves, top - h * 0.08, w + 2 * eaves, h * 0.08, roof);
        }
        int columns = c.whole(2, 4);
        int rows = Math.max(1, (int) (h / (w / columns) + 0.3));
        Color glass = c.chance(0.25) ? colour(0.14, 0.6, 1) : colour(0.57, c.between(0.1, 0.4), c.between(0.3, 0.8));
        double cell = w / columns;
        double floor = h / rows;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double wx = x + (column + 0.26) * cell;
                double wy = top + (row + 0.22) * floor;
                boolean door = row == rows - 1 && column == columns / 2;
                if (door) {
                    c.box(wx, wy, cell * 0.48, ground - wy, mix(roof, Color.BLACK, 0.3));
                } else {
                    c.box(wx - 1.5, wy - 1.5, cell * 0.48 + 3, floor * 0.5 + 3, Color.WHITE);
                    c.box(wx, wy, cell * 0.48, floor * 0.5, glass);
                    c.box(wx + cell * 0.23, wy, 1.5, floor * 0.5, Color.WHITE);
                }
            }
        }
    }

    static void cars(Canvas c) {
        Color sky = colour(c.between(0.5, 0.68), c.between(0.05, 0.5), c.between(0.4, 0.98));
        double horizon = c.height * c.between(0.35, 0.6);
        c.gradient(0, horizon, sky, mix(sky, Color.WHITE, 0.5));
        if (c.chance(0.5)) {
            c.hills(horizon - c.height * 0.06, c.height * 0.06, colour(c.between(0.2, 0.4), 0.4, c.between(0.3, 0.6)));
        } else {
            for (double x = 0; x < c.width; x += c.width * c.between(0.08, 0.2)) {
                double h = c.height * c.between(0.08, 0.35);
                c.box(x, horizon - h, c.width * 0.12, h, mix(sky, Color.BLACK, c.between(0.25, 0.5)));
            }
        }
        Color asphalt = colour(0.6, c.between(0, 0.1), c.between(0.25, 0.5));
        c.gradient(horizon, c.height, mix(asphalt, Color.WHITE, 0.15), mix(asphalt, Color.BLACK, 0.25));
        for (int i = -1; i < 6; i++) {
            double x = (i + c.between(0, 0.1)) * c.width / 5;
            c.fill(
                    polygon(
                            x,
                            c.height * 0.94,
                            x + c.width * 0.1,
                            c.height * 0.94,
                            x + c.width * 0.08,
                            c.height * 0.965,
                            x - c.width * 0.02,
                            c.height * 0.965),
                    new Color(235, 235, 220));
        }
        int count = c.chance(0.7) ? 1 : 2;
        for (int i = 0; i < count; i++) {
            car(c, c.width * c.between(0.48, 0.8) / (count == 1 ? 1 : 1.5), horizon);
        }
    }

    private static void car(Canvas c, double length, double horizon) {
        double wheel = length * c.between(0.08, 0.105);
        double h = length * c.between(0.13, 0.2);
        Color paint = c.chance(0.25)
                ? colour(0, 0, c.between(0.1, 0.95))
                : colour(c.between(0, 1), c.between(0.6, 1), c.between(0.45, 0.95));
        AffineTransform before = c.g.getTransform();
        c.g.translate(c.between(0.4, 0.6) * c.width, Math.max(horizon + h, c.height * c.between(0.68, 0.88)));
        c.g.scale(c.chance(0.5) ? 1 : -1, 1);
        c.fill(
                new Ellipse2D.Double(-length * 0.52, -wheel * 0.2, length * 1.04, wheel * 1.1),
                translucent(Color.BLACK, 0.35));
        double roof = c.between(0.9, 1.25) * h;
        double back = length * c.between(-0.42, -0.25);
        double front = length * c.between(0.12, 0.22);
        c.fill(
                polygon(
                        back - length * 0.06,
                        -h,
                        back + length * 0.06,
                        -h - roof,
                        front - length * 0.05,
                        -h - roof,
                        front + length * 0.1,
                        -h),
                paint);
        Color glass = colour(0.56, 0.25, c.between(0.3, 0.8));
        c.fill(
                polygon(
                        back + length * 0.01,
                        -h,
                        back + length * 0.08,
                        -h - roof * 0.85,
                        -length * 0.06,
                        -h - roof * 0.85,
                        -length * 0.06,
                        -h),
                glass);
        c.fill(
                polygon(
                        -length * 0.03,
                        -h,
                        -length * 0.03,
                        -h - roof * 0.85,
                        front - length * 0.06,
                        -h - roof * 0.85,
                        front + length * 0.06,
                        -h),
                glass);
        c.fill(new RoundRectangle2D.Double(-length / 2, -h * 1.1, length, h * 1.15, h * 0.7, h * 0.7), paint);
        c.box(-length / 2, -h * 0.35, length, h * 0.12, mix(paint, Color.BLACK, 0.35));
        c.disc(length * 0.46, -h * 0.72, h * 0.16, new Color(255, 245, 190));
        c.box(-length * 0.49, -h * 0.85, length * 0.03, h * 0.25, new Color(200, 20, 20));
        for (double x : new double[] {-length * 0.3, length * 0.29}) {
            c.disc(x, 0, wheel, new Color(25, 25, 28));
            c.disc(x, 0, wheel * 0.55, new Color(185, 188, 195));
            c.disc(x, 0, wheel * 0.15, Color.DARK_GRAY);
        }
        c.g.setTransform(before);
    }

    static void planets(Canvas c) {
        Color space = colour(c.between(0.55, 0.9), c.between(0.4, 0.9), c.between(0.03, 0.2));
        c.gradient(0, c.height, space, mix(space, Color.BLACK, 0.7));
        Color nebula = colour(c.between(0.5, 1.1), 0.7, c.between(0.3, 0.8));
        for (int i = c.whole(0, 14); i > 0; i--) {
            c.fill(
                    c.blob(c.between(0, c.width), c.between(0, c.height), c.side() * c.between(0.08, 0.25), 0.5),
                    translucent(nebula, 0.07));
        }
        for (int i = c.whole(60, 260); i > 0; i--) {
            c.disc(
                    c.between(0, c.width),
                    c.between(0, c.height),
                    c.between(0.4, 1.7),
                    translucent(Color.WHITE, c.between(0.4, 1)));
        }
        int count = c.chance(0.5) ? 1 : c.whole(2, 4);
        for (int i = 0; i < count; i++) {
            planet(c, c.side() * c.between(0.14, 0.36) / (i == 0 ? 1 : c.between(1.5, 4)));
        }
    }

    private static void planet(Canvas c, double r) {
        Color light = colour(c.between(0, 1), c.between(0.2, 0.8), c.between(0.75, 1));
        Color shade = mix(light, Color.BLACK, 0.85);
        AffineTransform before = c.g.getTransform();
        c.g.translate(c.between(0.2, 0.8) * c.width, c.between(0.2, 0.8) * c.height);
        c.g.rotate(c.between(-0.7, 0.7));
        Shape ball = new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
        c.fill(ball, light);
        Shape clip = c.g.getClip();
        c.g.clip(ball);
        if (c.chance(0.5)) {
            for (int i = c.whole(3, 8); i > 0; i--) {
                c.box(
                        -r,
                        c.between(-1, 1) * r,
                        2 * r,
                        r * c.between(0.04, 0.2),
                        translucent(mix(light, c.chance(0.5) ? Color.WHITE : shade, 0.5), 0.6));
            }
        } else {
            for (int i = c.whole(4, 14); i > 0; i--) {
                c.fill(
                        c.blob(c.between(-1, 1) * r, c.between(-1, 1) * r, r * c.between(0.08, 0.3), 0.3),
                        translucent(shade, 0.3));
            }
        }
        double lx = c.between(-0.5, 0.5) * r;
        c.g.setPaint(new RadialGradientPaint(
                (float) lx, (float) (-r * 0.4), (float) (r * 1.6), new float[] {0.2f, 1f}, new Color[] {
                    translucent(shade, 0), shade
                }));
        c.g.fill(ball);
        c.g.setClip(clip);
        if (c.chance(0.45)) {
            Color ring = mix(light, Color.WHITE, 0.3);
            for (double k = 1.35; k < c.between(1.6, 2.1); k += 0.12) {
                c.line(
                        new Arc2D.Double(-r * k, -r * k * 0.28, 2 * r * k, r * k * 0.56, 150, 240, Arc2D.OPEN),
                        translucent(ring, 0.75),
                        r * 0.06);
            }
        }
        c.g.setTransform(before);
    }

    static void sailboats(Canvas c) {
        Color sky = colour(
                c.chance(0.7) ? c.between(0.52, 0.62) : c.between(0.0, 0.1), c.between(0.15, 0.6), c.between(0.75, 1));
        double horizon = c.height * c.between(0.4, 0.68);
        c.gradient(0, horizon, sky, mix(sky, Color.WHITE, 0.55));
        if (c.chance(0.5)) {
            c.disc(
                    c.between(0.1, 0.9) * c.width,
                    horizon * c.between(0.15, 0.9),
                    c.side() * c.between(0.04, 0.1),
                    new Color(255, 240, 190));
        }
        c.clouds(c.whole(0, 3), horizon * 0.7, Color.WHITE);
        Color sea = colour(c.between(0.48, 0.63), c.between(0.4, 0.85), c.between(0.3, 0.75));
        c.gradient(horizon, c.height, mix(sea, Color.WHITE, 0.3), mix(sea, Color.BLACK, 0.35));
        for (int i = c.whole(40, 120); i > 0; i--) {
            double y = c.between(horizon, c.height);
            double w = c.width * 0.06 * (0.3 + (y - horizon) / (c.height - horizon));
            double x = c.between(0, c.width);
            c.line(new Line2D.Double(x, y, x + w, y), translucent(Color.WHITE, c.between(0.1, 0.4)), 1.3);
        }
        int count = c.chance(0.5) ? 1 : c.whole(2, 4);
        for (int i = 0; i < count; i++) {
            boat(c, c.side() * c.between(0.32, 0.62) / Math.sqrt(Math.max(1, count * 0.8)), horizon);
        }
    }

    private static void boat(Canvas c, double tall, double horizon) {
        AffineTransform before = c.g.getTransform();
        c.g.translate(
                c.between(0.2, 0.8) * c.width,
                c.between(horizon + tall * 0.1, Math.max(horizon + tall * 0.2, c.height * 0.88)));
        c.g.scale(c.chance(0.5) ? 1 : -1, 1);
        c.g.rotate(c.between(-0.15, 0.15));
        Color sail = c.chance(0.5)
                ? new Color(248, 246, 238)
                : colour(c.between(0, 1), c.between(0.3, 0.9), c.between(0.7, 1));
        c.line(new Line2D.Double(0, 0, 0, -tall), new Color(70, 50, 30), tall * 0.02);
        c.fill(
                polygon(
                        tall * 0.03,
                        -tall * 0.96,
                        tall * c.between(0.4, 0.55),
                        -tall * 0.14,
                        tall * 0.03,
                        -tall * 0.14),
                sail);
        if (c.chance(0.8)) {
            c.fill(
                    polygon(
                            -tall * 0.03,
                            -tall * 0.85,
                            -tall * c.between(0.25, 0.42),
                            -tall * 0.14,
                            -tall * 0.03,
                            -tall * 0.14),
                    mix(sail, Color.BLACK, 0.14));
        }
        Color hull = colour(c.between(0, 1), c.between(0.1, 0.9), c.between(0.2, 0.9));
        c.fill(
                polygon(
                        -tall * 0.45,
                        -tall * 0.08,
                        tall * 0.5,
                        -tall * 0.08,
                        tall * 0.32,
                        tall * 0.1,
                        -tall * 0.34,
                        tall * 0.1),
                hull);
        c.g.setTransform(before);
    }

    static void clocks(Canvas c) {
        Color wall = colour(c.between(0, 1), c.between(0.05, 0.55), c.between(0.35, 0.95));
        c.gradient(0, c.height, wall, mix(wall, Color.BLACK, c.between(0.05, 0.35)));
        if (c.chance(0.5)) {
            double brick = c.side() * c.between(0.08, 0.16);
            for (int row = 0; row * brick / 2 < c.height; row++) {
                for (double x = row % 2 == 0 ? 0 : -brick / 2; x < c.width; x += brick) {
                    c.box(
                            x + 1.5,
                            row * brick / 2 + 1.5,
                            brick - 3,
                            brick / 2 - 3,
                            mix(wall, Color.BLACK, c.between(0, 0.25)));
                }
            }
        } else {
            c.mottle(0, c.height, wall, mix(wall, Color.WHITE, 0.4), 60, 0.08);
        }
        double r = c.side() * c.between(0.3, 0.44);
        AffineTransform before = c.g.getTransform();
        c.g.translate(c.between(0.42, 0.58) * c.width, c.between(0.42, 0.58) * c.height);
        boolean ringed = c.chance(0.35);
        double rim = c.between(1.03, 1.2);
        c.disc(r * 0.06, r * 0.06, r * rim, translucent(Color.BLACK, 0.3));
        c.disc(0, 0, r * rim, colour(c.between(0, 1), c.between(0, 0.9), c.between(0.1, 0.95)));
        boolean dark = c.chance(0.3);
        c.disc(
                0,
                0,
                r * 0.95,
                colour(c.between(0, 1), c.between(0, 0.5), dark ? c.between(0.1, 0.3) : c.between(0.8, 1)));
        Color ink = dark ? Color.WHITE : colour(c.between(0, 1), c.between(0, 0.8), c.between(0.05, 0.3));
        int marks = new int[] {4, 12, 12, 60}[c.whole(0, 3)];
        double thick = c.between(0.03, 0.07);
        double inset = c.between(0.72, 0.9);
        boolean dots = c.chance(0.3);
        for (int i = 0; i < marks; i++) {
            c.g.rotate(2 * Math.PI / marks);
            boolean hour = (i + 1) % Math.max(1, marks / 12) == 0;
            if (dots) {
                c.disc(0, -r * inset, r * (hour ? thick : thick / 3), ink);
            } else {
                c.box(
                        -r * thick / (hour ? 2 : 6),
                        -r * inset,
                        r * thick / (hour ? 1 : 3),
                        r * (hour ? 0.15 : 0.06),
                        ink);
            }
        }
        if (ringed) {
            c.disc(0, 0, r * 0.55, translucent(ink, 0.35));
        }
        double minute = c.between(0, 6.28);
        c.g.rotate(minute);
        double slim = c.between(0.5, 1.6);
        c.box(-r * 0.02 * slim, -r * 0.8, r * 0.04 * slim, r * 0.9, ink);
        c.g.rotate(-minute + c.between(0, 6.28));
        c.box(-r * 0.035 * slim, -r * 0.52, r * 0.07 * slim, r * 0.6, ink);
        c.disc(0, 0, r * 0.07, colour(c.between(0, 1), 0.8, 0.8));
        c.g.setTransform(before);
    }
}
