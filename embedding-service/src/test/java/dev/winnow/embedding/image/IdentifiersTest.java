package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import dev.winnow.embedding.image.Samples.Picture;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IdentifiersTest {

    private static final Metadata NONE = Metadata.read(new byte[] {1, 2, 3}, ImageFormat.JPEG);

    @Test
    void aPlainPictureHasNothingInIt() {
        Identifiers grey = of(Picture.plain(900, 700, 51, 51, 51));
        assertThat(grey.brightness()).isCloseTo(0.2, within(1e-6));
        assertThat(grey.contrast()).isCloseTo(0, within(1e-3));
        assertThat(grey.sharpness()).isCloseTo(0, within(1e-6));
        assertThat(grey.entropy()).isZero();
        assertThat(names(grey)).containsExactly("grey");
        assertThat(names(of(Picture.plain(1, 1, 0, 0, 0)))).containsExactly("black");
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
        assertThat(measured.contrast()).isCloseTo(0.5, within(1e-6));
        assertThat(measured.entropy()).isCloseTo(1, within(1e-6));
        assertThat(measured.sharpness()).isCloseTo(1_040_400, within(1.0));
    }

    @Test
    void halfBlackAndHalfWhite() {
        Picture halves = Picture.plain(64, 64, 255, 255, 255);
        java.util.Arrays.fill(halves.rgb(), 0, halves.rgb().length / 2, (byte) 0);
        Identifiers measured = of(halves);
        assertThat(names(measured)).containsExactly("black", "white");
        assertThat(measured.colours())
                .extracting(DominantColour::lightness, DominantColour::share)
                .containsExactly(tuple(0.0, 0.5), tuple(100.0, 0.5));
    }

    @Test
    void measuresStayInTheirRange() {
        for (int side = 1; side < 40; side++) {
            Identifiers noise = of(Picture.random(side, 41 - side, side));
            assertThat(noise.brightness()).isBetween(0.0, 1.0);
            assertThat(noise.contrast()).isBetween(0.0, 0.5);
            assertThat(noise.entropy()).isBetween(0.0, 8.0);
            assertThat(noise.sharpness()).isBetween(0.0, 1_040_400.0);
            assertThat(noise.colours()).hasSizeBetween(1, 3);
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
        try (Pixels stored = Decoder.decode(file, Samples.header(file))) {
            Identifiers found = Identifiers.of(file, Samples.header(file), metadata, stored);
            assertThat(found.width()).isEqualTo(18);
            assertThat(found.height()).isEqualTo(29);
            assertThat(found.orientation()).isEqualTo(6);
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

    /** Lindbloom's calculator gives these, from the same primaries and white. */
    @Test
    void labOfThePrimaries() {
        assertLab(Lab.of(255, 0, 0), 53.2408, 80.0925, 67.2032);
        assertLab(Lab.of(0, 255, 0), 87.7347, -86.1827, 83.1793);
        assertLab(Lab.of(0, 0, 255), 32.2970, 79.1875, -107.8602);
        assertLab(Lab.of(255, 255, 255), 100, 0, 0);
        assertLab(Lab.of(0, 0, 0), 0, 0, 0);
    }

    /** A picture is measured the same however it is stored. */
    @ParameterizedTest
    @EnumSource(Orientation.class)
    void hashesAPictureAlikeHoweverItIsStored(Orientation orientation) {
        Picture stored = scene(96, 64, 3);
        Picture turned = Picture.of(orientation.apply(stored));
        // Columns are resized before rows, and both are rounded.
        assertThat(Long.bitCount(PerceptualHash.of(LumaGrid.of(stored), orientation) ^ hash(turned)))
                .isLessThanOrEqualTo(2);
    }

    /** Pictures that hold next to nothing, or are next to nothing but long. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "1, 5000", "5000, 1", "3, 4000", "513, 2", "1023, 1025", "127, 128"})
    void measuresAnySize(int width, int height) {
        Identifiers plain = of(Picture.plain(width, height, 200, 200, 200));
        assertThat(plain.brightness()).isCloseTo(200 / 255., within(1e-9));
        assertThat(List.of(plain.contrast(), plain.sharpness(), plain.entropy()))
                .containsOnly(0.0);
        // Only the mean is above the median.
        assertThat(plain.phash()).isEqualTo("8000000000000000");
        assertThat(names(plain)).containsExactly("grey");
        Identifiers noise = of(Picture.random(width, height, 1));
        assertThat(noise.sharpness()).isBetween(0.0, 1_040_400.0);
        assertThat(noise.colours()).isNotEmpty();
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
        assertThat(Colours.of(Lab.of(red, green, blue))).isEqualTo(name);
    }

    private static Identifiers of(Picture picture) {
        return Identifiers.of(
                new byte[0], new ImageHeader(ImageFormat.PNG, picture.width(), picture.height()), NONE, picture);
    }

    private static void assertLab(Lab lab, double lightness, double a, double b) {
        assertThat(lab.lightness()).isCloseTo(lightness, within(0.005));
        assertThat(lab.a()).isCloseTo(a, within(0.005));
        assertThat(lab.b()).isCloseTo(b, within(0.005));
    }

    private static List<String> names(Identifiers measured) {
        return measured.colours().stream().map(DominantColour::name).toList();
    }

    private static long hash(Picture picture) {
        LumaGrid grid = LumaGrid.of(picture);
        return PerceptualHash.of(grid, Orientation.UPRIGHT);
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
