package dev.winnow.embedding.catalogue;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Pictures to try a model with where nobody gives any: five motifs, each as it is, mirrored, and cut to its middle. The
 * versions of a motif should be nearer to each other than to other motifs.
 */
final class SamplePictures {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private SamplePictures() {}

    private interface Motif {
        void draw(Graphics2D g, SplittableRandom random);
    }

    /** PNG files by name, in a fixed order. */
    static Map<String, byte[]> draw() {
        Map<String, Motif> motifs = new LinkedHashMap<>();
        motifs.put("discs", SamplePictures::discs);
        motifs.put("stripes", SamplePictures::stripes);
        motifs.put("hills", SamplePictures::hills);
        motifs.put("tiles", SamplePictures::tiles);
        motifs.put("scribble", SamplePictures::scribble);
        Map<String, byte[]> files = new LinkedHashMap<>();
        motifs.forEach((name, motif) -> {
            BufferedImage picture = picture(motif);
            files.put(name, png(picture));
            files.put(name + "-mirrored", png(mirrored(picture)));
            files.put(
                    name + "-middle",
                    png(picture.getSubimage(WIDTH / 10, HEIGHT / 10, WIDTH * 8 / 10, HEIGHT * 8 / 10)));
        });
        return files;
    }

    private static BufferedImage picture(Motif motif) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        motif.draw(g, new SplittableRandom(7));
        g.dispose();
        return image;
    }

    private static void discs(Graphics2D g, SplittableRandom random) {
        g.setPaint(new GradientPaint(0, 0, new Color(20, 30, 70), 0, HEIGHT, new Color(90, 60, 120)));
        g.fillRect(0, 0, WIDTH, HEIGHT);
        for (int i = 0; i < 14; i++) {
            g.setColor(new Color(200 + random.nextInt(55), random.nextInt(200), random.nextInt(80)));
            int size = random.nextInt(20, 80);
            g.fillOval(random.nextInt(WIDTH - 40), random.nextInt(HEIGHT - 40), size, size);
        }
    }

    private static void stripes(Graphics2D g, SplittableRandom random) {
        for (int x = -HEIGHT; x < WIDTH; x += 24) {
            g.setColor(x / 24 % 2 == 0 ? new Color(240, 235, 220) : new Color(30, 110, 60));
            g.fillPolygon(new int[] {x, x + 24, x + 24 + HEIGHT, x + HEIGHT}, new int[] {0, 0, HEIGHT, HEIGHT}, 4);
        }
    }

    private static void hills(Graphics2D g, SplittableRandom random) {
        g.setPaint(new GradientPaint(0, 0, new Color(120, 180, 240), 0, HEIGHT, new Color(250, 220, 180)));
        g.fillRect(0, 0, WIDTH, HEIGHT);
        for (int row = 0; row < 4; row++) {
            g.setColor(new Color(40 + 20 * row, 90 + 20 * row, 40));
            for (int x = 0; x < WIDTH; x++) {
                int top = (int) (90 + 35 * row + 20 * Math.sin(x / (30.0 + 9 * row) + row));
                g.drawLine(x, top, x, HEIGHT);
            }
        }
    }

    private static void tiles(Graphics2D g, SplittableRandom random) {
        for (int y = 0; y < HEIGHT; y += 40) {
            for (int x = 0; x < WIDTH; x += 40) {
                int grey = random.nextInt(60, 220);
                g.setColor(new Color(grey, grey, Math.min(255, grey + 30)));
                g.fillRect(x + 2, y + 2, 36, 36);
            }
        }
    }

    private static void scribble(Graphics2D g, SplittableRandom random) {
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, WIDTH, HEIGHT);
        g.setColor(new Color(20, 20, 120));
        int x = WIDTH / 2;
        int y = HEIGHT / 2;
        for (int i = 0; i < 120; i++) {
            int nextX = Math.clamp(x + random.nextInt(-60, 61), 4, WIDTH - 4);
            int nextY = Math.clamp(y + random.nextInt(-50, 51), 4, HEIGHT - 4);
            g.drawLine(x, y, nextX, nextY);
            x = nextX;
            y = nextY;
        }
    }

    private static BufferedImage mirrored(BufferedImage picture) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.drawImage(picture, WIDTH, 0, -WIDTH, HEIGHT, null);
        g.dispose();
        return image;
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return bytes.toByteArray();
    }
}
