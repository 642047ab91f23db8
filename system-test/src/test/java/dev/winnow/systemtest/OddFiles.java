package dev.winnow.systemtest;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Files as they turn up in buckets: broken, mislabelled, dangerous, or merely unusual. */
final class OddFiles {

    private OddFiles() {}

    /** 96 × 64 pixels, left half red, right half blue, with some structure. */
    private static BufferedImage picture(int type) {
        BufferedImage image = new BufferedImage(96, 64, type);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.RED);
        g.fillRect(0, 0, 48, 64);
        g.setColor(Color.BLUE);
        g.fillRect(48, 0, 48, 64);
        g.setColor(Color.WHITE);
        g.fillOval(30, 16, 36, 32);
        g.dispose();
        return image;
    }

    static byte[] jpeg() {
        return encoded(picture(BufferedImage.TYPE_INT_RGB), "jpg");
    }

    static byte[] truncatedJpeg() {
        byte[] whole = jpeg();
        return Arrays.copyOf(whole, whole.length * 2 / 3);
    }

    static byte[] text() {
        return "Dear colleague, please find no image attached.".getBytes(StandardCharsets.UTF_8);
    }

    /** A JPEG that goes on and on after its end. */
    static byte[] large() {
        return Arrays.copyOf(jpeg(), 26_000_000);
    }

    /** A sound PNG of 60 megapixels, a gradient: small as a file, and some time's work to decode. */
    static byte[] wide() {
        int width = 10_000;
        BufferedImage image = new BufferedImage(width, 6_000, BufferedImage.TYPE_BYTE_GRAY);
        byte[] row = new byte[width];
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                row[x] = (byte) (x / 50 + y / 200);
            }
            image.getRaster().setDataElements(0, y, width, 1, row);
        }
        return encoded(image, "png");
    }

    /** A PNG whose header claims 60,000 × 60,000 pixels: 10.8 GB decoded. */
    static byte[] bomb() {
        byte[] header = {'I', 'H', 'D', 'R', 0, 0, (byte) 0xEA, 0x60, 0, 0, (byte) 0xEA, 0x60, 8, 2, 0, 0, 0};
        CRC32 crc = new CRC32();
        crc.update(header);
        byte[] pixels = {'I', 'D', 'A', 'T'};
        byte[] end = {'I', 'E', 'N', 'D'};
        ByteBuffer file = ByteBuffer.allocate(8 + 4 + header.length + 4 + 12 + 12);
        file.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        file.putInt(header.length - 4).put(header).putInt((int) crc.getValue());
        crc.reset();
        crc.update(pixels);
        file.putInt(0).put(pixels).putInt((int) crc.getValue());
        crc.reset();
        crc.update(end);
        return file.putInt(0).put(end).putInt((int) crc.getValue()).array();
    }

    static byte[] animatedGif() {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            writer.writeToSequence(new IIOImage(picture(BufferedImage.TYPE_INT_RGB), null, null), null);
            writer.writeToSequence(new IIOImage(picture(BufferedImage.TYPE_BYTE_GRAY), null, null), null);
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Four components, as printing shops send them. */
    static byte[] cmykJpeg() {
        WritableRaster cmyk = Raster.createInterleavedRaster(0, 96, 64, 4, null);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 96; x++) {
                cmyk.setPixel(x, y, new int[] {x * 2, 255 - x * 2, y * 3, 20});
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(cmyk, null, null), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static byte[] greyPng() {
        return encoded(picture(BufferedImage.TYPE_BYTE_GRAY), "png");
    }

    static byte[] sixteenBitPng() {
        return encoded(picture(BufferedImage.TYPE_USHORT_GRAY), "png");
    }

    /** Stored 96 × 64, to be shown turned by a quarter: 64 × 96. */
    static byte[] exifRotatedJpeg() {
        byte[] plain = jpeg();
        byte[] exif = {
            (byte) 0xFF,
            (byte) 0xE1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0, // APP1
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8, // big-endian TIFF, its first directory at byte 8
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0, // one entry: orientation, a short, 6
            0,
            0,
            0,
            0
        };
        ByteBuffer file = ByteBuffer.allocate(plain.length + exif.length);
        return file.put(plain, 0, 2).put(exif).put(plain, 2, plain.length - 2).array();
    }

    private static byte[] encoded(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
