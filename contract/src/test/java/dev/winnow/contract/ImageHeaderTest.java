package dev.winnow.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {

    @ParameterizedTest
    @CsvSource({"jpg, JPEG", "png, PNG", "gif, GIF", "bmp, BMP"})
    void readsFormatAndSize(String writer, ImageFormat format) throws IOException {
        assertThat(inspect(picture(writer))).isEqualTo(new ImageHeader(format, 61, 47));
    }

    /** Cutting a file anywhere never yields an accepted image, and never throws. */
    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "gif", "bmp"})
    void noticesAFileCutAnywhere(String writer) throws IOException {
        byte[] whole = picture(writer);
        for (int length = 0; length < whole.length - (writer.equals("png") ? 4 : 1); length++) {
            assertThat(inspect(Arrays.copyOf(whole, length)))
                    .as("cut at %d of %d", length, whole.length)
                    .isInstanceOf(Rejection.class);
        }
    }

    @Test
    void survivesRandomDamage() throws IOException {
        Random random = new Random(7);
        for (String writer : new String[] {"jpg", "png", "gif", "bmp"}) {
            byte[] whole = picture(writer);
            for (int round = 0; round < 2000; round++) {
                byte[] damaged = whole.clone();
                for (int i = 0; i < 4; i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                assertThat(inspect(damaged)).isNotNull();
            }
        }
    }

    @Test
    void refusesWhatIsNoImageWhateverItsName() {
        assertThat(reason("hello, I am a text".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("unsupported-format");
        assertThat(reason(new byte[0])).isEqualTo("empty");
        assertThat(reason("%PDF-1.7".getBytes(StandardCharsets.UTF_8))).isEqualTo("unsupported-format");
    }

    @Test
    void refusesABombByItsHeaderAlone() throws IOException {
        byte[] png = picture("png");
        ByteBuffer.wrap(png).putInt(16, 30_000).putInt(20, 30_000);
        assertThat(inspect(png)).isEqualTo(new Rejection.TooManyPixels(30_000, 30_000, 64_000_000));
        assertThat(reason(Arrays.copyOf(png, 40))).isEqualTo("too-many-pixels");
        ByteBuffer.wrap(png).putInt(16, -1).putInt(20, 5);
        assertThat(reason(png)).isEqualTo("undecodable");
    }

    @Test
    void refusesMoreBytesThanTheLimit() throws IOException {
        byte[] png = picture("png");
        assertThat(ImageHeader.inspect(png, new ImageLimits(png.length, 10_000)))
                .isInstanceOf(ImageHeader.class);
        assertThat(ImageHeader.inspect(png, new ImageLimits(png.length - 1, 10_000)))
                .isEqualTo(new Rejection.TooLarge(png.length, png.length - 1));
    }

    @Test
    void refusesAnAnimation() throws IOException {
        byte[] gif = picture("gif");
        // A GIF's frame begins with its image descriptor (0x2C) after the header, the colour table and extensions.
        int frame = 13 + (3 << ((gif[10] & 7) + 1));
        while (gif[frame] == 0x21) {
            frame += 2;
            while (gif[frame] != 0) {
                frame += 1 + (gif[frame] & 0xFF);
            }
            frame++;
        }
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(gif, 0, gif.length - 1);
        twice.write(gif, frame, gif.length - frame);
        assertThat(reason(twice.toByteArray())).isEqualTo("animated");
    }

    private static ImageVerdict inspect(byte[] file) {
        return ImageHeader.inspect(file, ImageLimits.DEFAULT);
    }

    private static String reason(byte[] file) {
        return ((Rejection) inspect(file)).reason();
    }

    private static byte[] picture(String writer) throws IOException {
        BufferedImage image = new BufferedImage(61, 47, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < 47; y++) {
            for (int x = 0; x < 61; x++) {
                image.setRGB(x, y, random.nextInt(0x1000000));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, writer, out)).isTrue();
        return out.toByteArray();
    }
}
