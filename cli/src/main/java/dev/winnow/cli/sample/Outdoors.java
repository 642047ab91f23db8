package dev.winnow.cli.sample;

import static dev.winnow.cli.sample.Canvas.colour;
import static dev.winnow.cli.sample.Canvas.mix;
import static dev.winnow.cli.sample.Canvas.polygon;
import static dev.winnow.cli.sample.Canvas.translucent;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;

/** Scenes with something alive, or with weather, in them. */
final class Outdoors {

    private Outdoors() {}

    static void leaves(Canvas c) {
        Color soil = colour(c.between(0.05, 0.3), c.between(0.1, 0.55), c.between(0.2, 0.75));
        c.gradient(0, c.height, soil, mix(soil, Color.BLACK, c.between(0.1, 0.5)));
        c.mottle(
                0,
                c.height,
                soil,
                mix(soil, c.chance(0.5) ? Color.WHITE : Color.BLACK, 0.5),
                140,
                c.between(0.02, 0.08));
        int count = c.whole(2, 11);
        double season = c.between(-0.02, 0.3);
        for (int i = 0; i < count; i++) {
            double length = c.side() * c.between(0.2, 0.62) / Math.sqrt(Math.max(1, count / 4.0));
            double half = length * c.between(0.18, 0.36);
            Color leaf = colour(season + c.between(-0.05, 0.07), c.between(0.55, 0.95), c.between(0.4, 0.95));
            AffineTransform before = c.g.getTransform();
            c.g.translate(c.between(0.08, 0.92) * c.width, c.between(0.08, 0.92) * c.height);
            c.g.rotate(c.between(0, 6.28));
            Path2D outline = leaf(length, half);
            AffineTransform upright = c.g.getTransform();
            c.g.translate(4, 5);
            c.fill(outline, translucent(Color.BLACK, 0.3));
            c.g.setTransform(upright);
            c.fill(outline, leaf);
            Color vein = mix(leaf, c.chance(0.5) ? Color.BLACK : Color.WHITE, 0.4);
            c.line(new Line2D.Double(0, length * 0.66, 0, -length * 0.45), vein, length * 0.022);
            for (int k = -3; k <= 3; k++) {
                double y = k * length * 0.12;
                double reach = half * (1 - Math.abs(k) * 0.2);
                c.line(new Line2D.Double(0, y + half * 0.3, reach, y - half * 0.25), vein, length * 0.01);
                c.line(new Line2D.Double(0, y + half * 0.3, -reach, y - half * 0.25), vein, length * 0.01);
            }
            c.g.setTransform(before);
        }
    }

    private static Path2D leaf(double length, double half) {
        Path2D path = new Path2D.Double();
        path.moveTo(0, -length / 2);
        path.curveTo(half * 1.4, -length * 0.25, half * 1.2, length * 0.3, 0, length / 2);
        path.curveTo(-half * 1.2, length * 0.3, -half * 1.4, -length * 0.25, 0, -length / 2);
        return path;
    }

    static void fish(Canvas c) {
        double hue = c.between(0.45, 0.64);
        c.gradient(
                0,
                c.height,
                colour(hue, c.between(0.3, 0.7), c.between(0.65, 0.98)),
                colour(hue + 0.04, 0.85, c.between(0.15, 0.45)));
        int rays = c.whole(0, 6);
        for (int i = 0; i < rays; i++) {
            double x = c.between(0, c.width);
            double lean = c.between(-0.4, 0.4) * c.width;
            c.fill(
                    polygon(x, 0, x + c.width * 0.07, 0, x + lean + c.width * 0.16, c.height, x + lean, c.height),
                    translucent(Color.WHITE, 0.08));
        }
        if (c.chance(0.6)) {
            c.hills(
                    c.height * c.between(0.78, 0.93),
                    c.height * 0.04,
                    colour(c.between(0.08, 0.15), 0.4, c.between(0.4, 0.8)));
        }
        int weeds = c.whole(0, 9);
        for (int i = 0; i < weeds; i++) {
            double x = c.between(0, c.width);
            double top = c.height * c.between(0.45, 0.9);
            c.line(
                    new QuadCurve2D.Double(
                            x, c.height, x + c.between(-40, 40), (top + c.height) / 2, x + c.between(-30, 30), top),
                    colour(c.between(0.25, 0.42), 0.7, c.between(0.25, 0.6)),
                    c.between(3, 9));
        }
        int count = c.chance(0.4) ? 1 : c.whole(2, 8);
        for (int i = 0; i < count; i++) {
            oneFish(c, c.side() * c.between(0.34, 0.66) / Math.sqrt(Math.max(1, count * 0.6)));
        }
        int bubbles = c.whole(0, 16);
        for (int i = 0; i < bubbles; i++) {
            double r = c.between(2, 8);
            double x = c.between(0, c.width);
            double y = c.between(0, c.height);
            c.line(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r), translucent(Color.WHITE, 0.6), 1.4);
        }
    }

    private static void oneFish(Canvas c, double length) {
        double deep = length * c.between(0.2, 0.4);
        Color body = colour(c.between(0, 1), c.between(0.5, 1), c.between(0.6, 1));
        AffineTransform before = c.g.getTransform();
        c.g.translate(c.between(0.15, 0.85) * c.width, c.between(0.15, 0.8) * c.height);
        c.g.rotate(c.between(-0.4, 0.4));
        c.g.scale(c.chance(0.5) ? 1 : -1, 1);
        Color fin = mix(body, Color.BLACK, c.between(0.15, 0.4));
        c.fill(
                polygon(-length * 0.38, 0, -length * 0.68, -deep * 0.8, -length * 0.58, 0, -length * 0.68, deep * 0.8),
                fin);
        c.fill(polygon(length * 0.1, -deep * 0.7, -length * 0.2, -deep * 1.25, -length * 0.28, -deep * 0.5), fin);
        c.fill(polygon(length * 0.05, deep * 0.7, -length * 0.15, deep * 1.2, -length * 0.2, deep * 0.5), fin);
        Shape outline = new Ellipse2D.Double(-length / 2, -deep, length, 2 * deep);
        c.fill(outline, body);
        Shape clip = c.g.getClip();
        c.g.clip(outline);
        int stripes = c.whole(0, 5);
        Color stripe = colour(c.between(0, 1), c.between(0, 0.9), c.between(0.2, 1));
        for (int k = 0; k < stripes; k++) {
            c.box(-length * 0.38 + k * length * 0.15, -deep, length * 0.06, 2 * deep, stripe);
        }
        c.fill(new Ellipse2D.Double(-length / 2, deep * 0.2, length, 1.4 * deep), translucent(Color.WHITE, 0.3));
        c.g.setClip(clip);
        c.disc(length * 0.33, -deep * 0.2, deep * 0.2, Color.WHITE);
        c.disc(length * 0.35, -deep * 0.2, deep * 0.11, Color.BLACK);
        c.g.setTransform(before);
    }

    static void flowers(Canvas c) {
        Color green = colour(c.between(0.2, 0.42), c.between(0.3, 0.8), c.between(0.2, 0.75));
        c.gradient(0, c.height, mix(green, Color.WHITE, c.between(0, 0.4)), mix(green, Color.BLACK, c.between(0, 0.5)));
        c.mottle(0, c.height, green, mix(green, Color.YELLOW, 0.35), 70, c.between(0.04, 0.14));
        int count = c.chance(0.35) ? 1 : c.whole(2, 9);
        double family = c.between(0.72, 1.2);
        for (int i = 0; i < count; i++) {
            double x = c.between(0.15, 0.85) * c.width;
            double y = c.between(0.15, 0.75) * c.height;
            double radius = c.side() * c.between(0.17, 0.4) / Math.sqrt(Math.max(1, count * 0.55));
            c.line(
                    new QuadCurve2D.Double(
                            x, y, x + c.between(-30, 30), (y + c.height) / 2, x + c.between(-40, 40), c.height + 5),
                    mix(green, Color.BLACK, 0.35),
                    radius * 0.12);
            flower(c, x, y, radius, family + c.between(-0.08, 0.08));
        }
    }

    private static void flower(Canvas c, double x, double y, double radius, double hue) {
        int petals = c.whole(5, 16);
        Color petal = c.chance(0.2) ? colour(hue, 0.08, 0.98) : colour(hue, c.between(0.45, 0.95), c.between(0.75, 1));
        double wide = radius * Math.min(0.9, 3.4 / petals);
        AffineTransform before = c.g.getTransform();
        c.g.translate(x, y);
        c.g.scale(1, c.between(0.65, 1));
        c.g.rotate(c.between(0, 6.28));
        for (int i = 0; i < petals; i++) {
            Shape shape = new Ellipse2D.Double(radius * 0.18, -wide / 2, radius * 0.85, wide);
            c.fill(shape, mix(petal, Color.BLACK, c.between(0, 0.15)));
            c.line(shape, mix(petal, Color.BLACK, 0.3), 1);
            c.g.rotate(2 * Math.PI / petals);
        }
        c.disc(0, 0, radius * c.between(0.2, 0.36), colour(c.between(0.06, 0.16), 0.9, c.between(0.4, 1)));
        c.g.setTransform(before);
    }

    static void mushrooms(Canvas c) {
        Color dark = colour(c.between(0.2, 0.38), c.between(0.3, 0.7), c.between(0.1, 0.32));
        c.gradient(0, c.height, mix(dark, colour(0.15, 0.3, 0.9), c.between(0, 0.4)), dark);
        c.mottle(0, c.height * 0.8, dark, mix(dark, Color.WHITE, 0.3), 40, 0.1);
        c.mottle(c.height * 0.75, c.height, colour(0.09, 0.6, 0.25), colour(0.25, 0.7, 0.4), 90, 0.06);
        int count = c.whole(1, 4);
        double family = c.chance(0.6) ? c.between(-0.03, 0.05) : c.between(0.06, 0.12);
        for (int i = 0; i < count; i++) {
            double cap = c.side() * c.between(0.2, 0.42) / Math.sqrt(count * 0.75);
            double x = c.between(0.2, 0.8) * c.width;
            double foot = c.height * c.between(0.75, 0.97);
            double top = foot - cap * c.between(1, 1.9);
            double stem = cap * c.between(0.2, 0.4);
            Color pale = colour(0.12, c.between(0.05, 0.25), c.between(0.8, 0.97));
            c.fill(polygon(x - stem * 0.7, top, x + stem * 0.7, top, x + stem, foot, x - stem, foot), pale);
            c.fill(
                    polygon(x + stem * 0.2, top, x + stem * 0.7, top, x + stem, foot, x + stem * 0.3, foot),
                    mix(pale, Color.BLACK, 0.2));
            double tall = cap * c.between(0.7, 1.1);
            Path2D hood = new Path2D.Double();
            hood.moveTo(x - cap, top + cap * 0.12);
            hood.curveTo(x - cap * 0.9, top - tall * 1.2, x + cap * 0.9, top - tall * 1.2, x + cap, top + cap * 0.12);
            hood.curveTo(x + cap * 0.5, top + cap * 0.3, x - cap * 0.5, top + cap * 0.3, x - cap, top + cap * 0.12);
            Color red = colour(family, c.between(0.6, 0.95), c.between(0.55, 0.95));
            c.fill(hood, red);
            Shape clip = c.g.getClip();
            c.g.clip(hood);
            int dots = c.whole(0, 12);
            for (int k = 0; k < dots; k++) {
                c.fill(
                        c.blob(
                                x + c.between(-0.85, 0.85) * cap,
                                top - c.between(-0.05, 0.85) * tall,
                                cap * c.between(0.05, 0.13),
                                0.2),
                        pale);
            }
            c.g.setClip(clip);
        }
    }

    static void balloons(Canvas c) {
        double hour = c.between(0, 1);
        Color high = hour < 0.65
                ? colour(c.between(0.53, 0.62), c.between(0.35, 0.8), c.between(0.6, 0.98))
                : colour(c.between(0.65, 0.9), 0.5, 0.5);
        Color low =
                hour < 0.4 ? mix(high, Color.WHITE, 0.6) : colour(c.between(0.02, 0.13), c.between(0.25, 0.6), 0.97);
        c.gradient(0, c.height, high, low);
        c.clouds(c.whole(0, 6), c.height * 0.8, Color.WHITE);
        if (c.chance(0.7)) {
            Color land = colour(c.between(0.08, 0.4), c.between(0.2, 0.6), c.between(0.25, 0.6));
            c.hills(c.height * c.between(0.75, 0.9), c.height * 0.07, mix(land, low, 0.45));
            c.hills(c.height * c.between(0.87, 0.96), c.height * 0.05, land);
        }
        int count = c.chance(0.4) ? 1 : c.whole(2, 5);
        for (int i = 0; i < count; i++) {
            balloon(c, c.side() * c.between(0.16, 0.34) / Math.sqrt(Math.max(1, count * 0.6)));
        }
    }

    private static void balloon(Canvas c, double r) {
        AffineTransform before = c.g.getTransform();
        c.g.translate(c.between(0.15, 0.85) * c.width, c.between(0.2, 0.62) * c.height);
        c.g.rotate(c.between(-0.12, 0.12));
        Path2D envelope = new Path2D.Double();
        envelope.moveTo(-r * 0.18, r * 1.45);
        envelope.curveTo(-r * 0.5, r * 0.9, -r, r * 0.6, -r, 0);
        envelope.curveTo(-r, -r * 1.35, r, -r * 1.35, r, 0);
        envelope.curveTo(r, r * 0.6, r * 0.5, r * 0.9, r * 0.18, r * 1.45);
        envelope.closePath();
        Color first = colour(c.between(0, 1), c.between(0.6, 1), c.between(0.6, 1));
        Color second = colour(c.between(0, 1), c.between(0, 0.9), c.between(0.6, 1));
        c.fill(envelope, first);
        Shape clip = c.g.getClip();
        c.g.clip(envelope);
        int gores = c.whole(2, 5);
        boolean upright = c.chance(0.7);
        for (int k = 0; k < gores; k++) {
            double at = -r + (2 * k + 0.5) * r / gores;
            if (upright) {
                c.box(at, -r * 1.2, r / gores, r * 2.8, second);
            } else {
                c.box(-r, at * 1.2, 2 * r, r / gores, second);
            }
        }
        c.fill(new Ellipse2D.Double(r * 0.15, -r * 1.1, r * 1.6, r * 2.7), translucent(Color.BLACK, 0.16));
        c.g.setClip(clip);
        Color rope = new Color(60, 45, 30);
        c.line(new Line2D.Double(-r * 0.15, r * 1.45, -r * 0.12, r * 1.8), rope, 1.2);
        c.line(new Line2D.Double(r * 0.15, r * 1.45, r * 0.12, r * 1.8), rope, 1.2);
        c.box(-r * 0.17, r * 1.78, r * 0.34, r * 0.24, new Color(120, 78, 40));
        c.g.setTransform(before);
    }
}
