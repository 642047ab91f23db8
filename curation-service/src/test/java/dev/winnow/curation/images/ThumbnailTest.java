package dev.winnow.curation.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailTest {

    @Test
    void fitsIntoTheSizeAndKeepsTheRatio() throws IOException {
        BufferedImage thumbnail = decode(Thumbnail.of(jpeg(redLeft(1200, 300)), 100));
        assertThat(thumbnail.getWidth()).isEqualTo(100);
        assertThat(thumbnail.getHeight()).isEqualTo(25);
        BufferedImage small = decode(Thumbnail.of(jpeg(redLeft(40, 20)), 100));
        assertThat(small.getWidth()).isEqualTo(40);
    }

    /** Where the red half, stored on the left, is seen: x and y in hundredths of the upright image. */
    @ParameterizedTest
    @CsvSource({"1, 10, 50", "2, 90, 50", "3, 90, 50", "4, 10, 50", "5, 50, 10", "6, 50, 10", "7, 50, 90", "8, 50, 90"})
    void standsUprightAsExifAsks(int orientation, int x, int y) throws IOException {
        BufferedImage thumbnail = decode(Thumbnail.of(withOrientation(jpeg(redLeft(200, 100)), orientation), 64));
        assertThat(thumbnail.getWidth() > thumbnail.getHeight()).isEqualTo(orientation < 5);
        Color seen = new Color(thumbnail.getRGB(thumbnail.getWidth() * x / 100, thumbnail.getHeight() * y / 100));
        assertThat(seen.getRed()).isGreaterThan(200);
        assertThat(seen.getBlue()).isLessThan(60);
    }

    @Test
    void refusesWhatIsNoImage() {
        assertThatThrownBy(() -> Thumbnail.of(new byte[] {1, 2, 3}, 64)).isInstanceOf(IOException.class);
    }

    private static BufferedImage redLeft(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.BLUE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, width / 2, height);
        graphics.dispose();
        return image;
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        return out.toByteArray();
    }

    /** Puts an APP1 segment with one EXIF tag, the orientation, behind the JPEG's start marker. */
    private static byte[] withOrientation(byte[] jpeg, int orientation) throws IOException {
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
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
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
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(exif);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static BufferedImage decode(byte[] jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }
}
