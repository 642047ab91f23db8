package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ImageVerdict;
import dev.winnow.embedding.image.Samples.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {

    static List<String> samples() {
        return Samples.names();
    }

    /** Every kind of file: grey, CMYK, palette, alpha, 16 bits, all EXIF orientations, interlaced, a frame off the edge. */
    @ParameterizedTest
    @MethodSource("samples")
    void readsWhatPilReads(String name) throws Exception {
        assertThat(decode(Samples.file(name)).largestDifference(Samples.expected(name)))
                .isZero();
    }

    @Test
    void refusesAFileThatHoldsAnotherSizeThanItsHeaderSays() {
        byte[] file = Samples.file("plain.png");
        assertThatThrownBy(() -> Decoder.decode(file, new ImageHeader(ImageFormat.PNG, 28, 18)))
                .isInstanceOf(Decoder.UndecodableException.class)
                .hasMessageContaining("29 x 18");
    }

    @Test
    void refusesAHeaderWithoutAPicture() {
        byte[] png = Samples.file("plain.png");
        Arrays.fill(png, 45, png.length - 12, (byte) 0);
        assertThatThrownBy(() -> Decoder.decode(png, new ImageHeader(ImageFormat.PNG, 29, 18)))
                .isInstanceOf(Decoder.UndecodableException.class);
        byte[] gif = Arrays.copyOf(Samples.file("plain.gif"), 60);
        assertThatThrownBy(() -> Decoder.decode(gif, new ImageHeader(ImageFormat.GIF, 29, 18)))
                .isInstanceOf(Decoder.UndecodableException.class);
    }

    /** As Pillow does, and without a grey area in place of what is missing. */
    @ParameterizedTest
    @MethodSource("samples")
    void refusesAFileThatIsCutShortAnywhere(String name) throws Exception {
        byte[] whole = Samples.file(name);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (ImageHeader.inspect(cut, ImageLimits.DEFAULT) instanceof ImageHeader header) {
                assertThatThrownBy(() -> Decoder.decode(cut, header))
                        .as("%d of %d bytes", length, whole.length)
                        .isInstanceOf(Decoder.UndecodableException.class);
            }
        }
    }

    /** Whatever the bytes, the answer is a picture of the header's size or a refusal; native code included. */
    @ParameterizedTest
    @MethodSource("samples")
    void survivesRandomDamage(String name) throws Exception {
        Random random = new Random(name.hashCode());
        byte[] whole = Samples.file(name);
        for (int round = 0; round < 400; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= round % 8; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            ImageVerdict verdict = ImageHeader.inspect(damaged, new ImageLimits(100_000, 1_000_000));
            if (verdict instanceof ImageHeader header) {
                try (Pixels pixels = Decoder.decode(damaged, header)) {
                    assertThat(Picture.of(pixels).width()).isEqualTo(header.width());
                } catch (Decoder.UndecodableException e) {
                    assertThat(e.rejection().detail()).hasSizeLessThan(260).doesNotContain("\n");
                }
            }
        }
    }

    private static Picture decode(byte[] file) throws Decoder.UndecodableException {
        try (Pixels upright = Samples.upright(file)) {
            return Picture.of(upright);
        }
    }
}
