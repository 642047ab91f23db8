package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageFormat;
import dev.winnow.embedding.image.Samples.Picture;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {

    private static final Metadata NONE = Metadata.read(new byte[] {1, 2, 3}, ImageFormat.JPEG);

    @Test
    void aPlainPictureHasNothingInIt() {
        Identifiers grey = of(Picture.plain(900, 700, 51, 51, 51));
        assertThat(grey.brightness()).isCloseTo(0.2, within(1e-6));
        assertThat(grey.contrast()).isCloseTo(0, within(1e-3));
        assertThat(grey.sharpness()).isCloseTo(0, within(1e-6));
        assertThat(grey.entropy()).isZero();
        assertThat(grey.colours()).containsExactly("grey");
        assertThat(of(Picture.plain(1, 1, 0, 0, 0)).colours()).containsExactly("black");
    }

    @Test
    void aChessboardHasAllOfIt() {
        Picture board = Picture.plain(64, 64, 0, 0, 0);
        for (int i = 0; i < 64 * 64; i++) {
            if ((i / 64 + i % 64) % 2 == 0) {
                java.util.Arrays.fill(board.rgb(), i * 3, i * 3 + 3, (byte) 255);
            }
        }
        Identifiers measured = of(board);
        assertThat(measured.brightness()).isCloseTo(0.5, within(1e-6));
        assertThat(measured.contrast()).isCloseTo(1, within(1e-6));
        assertThat(measured.entropy()).isCloseTo(1, within(1e-6));
        assertThat(measured.sharpness()).isCloseTo(1_040_400, within(1.0));
        assertThat(measured.colours()).containsExactlyInAnyOrder("black", "white");
    }

    @Test
    void measuresStayInTheirRange() {
        for (int side = 1; side < 40; side++) {
            Identifiers noise = of(Picture.random(side, 41 - side, side));
            assertThat(noise.brightness()).isBetween(0.0, 1.0);
            assertThat(noise.contrast()).isBetween(0.0, 1.0);
            assertThat(noise.entropy()).isBetween(0.0, 8.0);
            assertThat(noise.sharpness()).isBetween(0.0, 1_040_400.0);
            assertThat(noise.colours()).hasSizeLessThanOrEqualTo(3);
        }
    }

    @Test
    void theSameSceneHashesAlikeAtAnySizeAndAnotherDoesNot() {
        long small = hash(scene(80, 60, 1));
        long large = hash(scene(1600, 1200, 1));
        long other = hash(scene(400, 300, 2));
        assertThat(Long.bitCount(small ^ large)).isLessThanOrEqualTo(6);
        assertThat(Long.bitCount(large ^ other)).isGreaterThan(16);
    }

    @Test
    void readsFileAndCamera() throws Exception {
        byte[] file = Samples.file("exif-6.jpg");
        Metadata metadata = Metadata.read(file, ImageFormat.JPEG);
        try (Pixels upright = metadata.orientation().apply(Decoder.decode(file, Samples.header(file)))) {
            Identifiers found = Identifiers.of(file, ImageFormat.JPEG, metadata, upright);
            assertThat(found.width()).isEqualTo(18);
            assertThat(found.height()).isEqualTo(29);
            assertThat(found.bytes()).isEqualTo(file.length);
            assertThat(found.camera()).isEqualTo("Canon EOS 5D");
            assertThat(found.capturedAt()).isEqualTo(Instant.parse("2024-05-06T05:08:09Z"));
            assertThat(found.phash()).matches("[0-9a-f]{16}");
            assertThat(found.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                    .digest(file)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "250, 10, 10, RED",
        "250, 150, 10, ORANGE",
        "250, 240, 20, YELLOW",
        "30, 160, 40, GREEN",
        "20, 220, 220, CYAN",
        "20, 40, 200, BLUE",
        "120, 30, 160, PURPLE",
        "250, 160, 180, PINK",
        "110, 60, 20, BROWN",
        "250, 250, 250, WHITE",
        "128, 128, 130, GREY",
        "20, 10, 10, BLACK"
    })
    void namesColours(int red, int green, int blue, Colours name) {
        assertThat(Colours.of(red, green, blue)).isEqualTo(name);
    }

    private static Identifiers of(Picture picture) {
        return Identifiers.of(new byte[0], ImageFormat.PNG, NONE, picture);
    }

    private static long hash(Picture picture) {
        return PerceptualHash.of(LumaGrid.of(picture));
    }

    /** A few soft blobs, the same ones at any size. */
    private static Picture scene(int width, int height, long seed) {
        java.util.Random random = new java.util.Random(seed);
        double[] blobs = random.doubles(24).toArray();
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            double x = (i % width + 0.5) / width;
            int row = i / width;
            double y = (row + 0.5) / height;
            double light = 0;
            for (int b = 0; b < blobs.length; b += 3) {
                double distance = Math.hypot(x - blobs[b], y - blobs[b + 1]);
                light += (blobs[b + 2] - 0.5) * Math.exp(-distance * distance * 30);
            }
            java.util.Arrays.fill(rgb, i * 3, i * 3 + 3, (byte) (128 + 100 * Math.clamp(light, -1, 1)));
        }
        return new Picture(width, height, rgb);
    }
}
