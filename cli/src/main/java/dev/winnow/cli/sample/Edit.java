package dev.winnow.cli.sample;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.awt.image.RescaleOp;
import java.util.Arrays;
import java.util.Locale;

/** What happens to pictures on their way through chats, websites and photo tools: still the same picture to a person. */
enum Edit {
    /** 85 to 90 % of each side is kept. */
    CROPPED {
        @Override
        BufferedImage apply(BufferedImage image, Canvas chance) {
            double keep = chance.between(0.85, 0.9);
            int width = (int) (image.getWidth() * keep);
            int height = (int) (image.getHeight() * keep);
            int x = chance.whole(0, image.getWidth() - width);
            int y = chance.whole(0, image.getHeight() - height);
            return scaled(image.getSubimage(x, y, width, height), width, height);
        }
    },
    /** Saved again at a JPEG quality of 30 to 40 %. */
    COMPRESSED {
        @Override
        BufferedImage apply(BufferedImage image, Canvas chance) {
            return image;
        }

        @Override
        double quality(Canvas chance) {
            return chance.between(0.3, 0.4);
        }
    },
    /** Half of each side. */
    HALVED {
        @Override
        BufferedImage apply(BufferedImage image, Canvas chance) {
            return scaled(image, image.getWidth() / 2, image.getHeight() / 2);
        }
    },
    /** Brighter or darker, flatter or steeper. */
    RELIT {
        @Override
        BufferedImage apply(BufferedImage image, Canvas chance) {
            double contrast = chance.between(0.85, 1.15);
            double brightness = chance.between(-20, 20) + 128 * (1 - contrast);
            return new RescaleOp((float) contrast, (float) brightness, null).filter(image, null);
        }
    },
    /** A mean over 3 × 3 pixels. */
    BLURRED {
        @Override
        BufferedImage apply(BufferedImage image, Canvas chance) {
            float[] ninths = new float[9];
            Arrays.fill(ninths, 1 / 9f);
            return new ConvolveOp(new Kernel(3, 3, ninths), ConvolveOp.EDGE_NO_OP, null).filter(image, null);
        }
    };

    /** The changed picture; {@code chance} decides how much. */
    abstract BufferedImage apply(BufferedImage image, Canvas chance);

    /** The JPEG quality it is saved with, 0 to 1. */
    double quality(Canvas chance) {
        return chance.between(0.8, 0.92);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = result.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(image, 0, 0, width, height, null);
        g.dispose();
        return result;
    }
}
