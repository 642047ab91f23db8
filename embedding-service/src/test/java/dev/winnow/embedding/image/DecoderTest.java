package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ImageVerdict;
import dev.winnow.embedding.image.Samples.Picture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {

    static List<String> samples() {
        return Samples.names();
    }

    static Stream<Arguments> samplesByCodec() {
        return Stream.of(new OpenCvCodec(), new JdkCodec()).flatMap(codec -> Samples.names().stream()
                .map(name -> Arguments.of(name, Named.of(codec.name(), codec))));
    }

    /** Every kind of file: grey, CMYK, palette, alpha, 16 bits, all EXIF orientations, interlaced, a frame off the edge. */
    @ParameterizedTest
    @MethodSource("samples")
    void readsWhatPilReads(String name) throws Exception {
        assertThat(decode(Samples.file(name), new OpenCvCodec()).largestDifference(Samples.expected(name)))
                .isZero();
    }

    /** Without native code too, but for lossy WebP, whose chroma is made larger in another way. */
    @ParameterizedTest
    @MethodSource("samples")
    void theJdkReadsTheSame(String name) throws Exception {
        assertThat(decode(Samples.file(name), new JdkCodec()).largestDifference(Samples.expected(name)))
                .isLessThanOrEqualTo(name.equals("plain.webp") ? 11 : 0);
    }

    /** A JVM for whose platform there are no natives. */
    @Test
    void decodesByTheJdkWhereOpenCvDoesNotLoad() throws Exception {
        assertThat(Decoder.codecName()).isEqualTo("opencv");
        ProcessBuilder without = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.bytedeco.javacpp.platform=none",
                        CodecHere.class.getName())
                .redirectErrorStream(true);
        without.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = without.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("OpenCV does not load here", "plain.jpg by jdk: 29 x 18");
    }

    /** What {@link #decodesByTheJdkWhereOpenCvDoesNotLoad} starts. */
    static final class CodecHere {

        private CodecHere() {}

        public static void main(String[] arguments) throws Decoder.UndecodableException {
            try (Pixels pixels = Samples.upright(Samples.file("plain.jpg"))) {
                System.out.println(
                        "plain.jpg by " + Decoder.codecName() + ": " + pixels.width() + " x " + pixels.height());
            }
        }
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
    @MethodSource("samplesByCodec")
    void refusesAFileThatIsCutShortAnywhere(String name, Codec codec) throws Exception {
        byte[] whole = Samples.file(name);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (ImageHeader.inspect(cut, ImageLimits.DEFAULT) instanceof ImageHeader header) {
                assertThatThrownBy(() -> Decoder.decode(cut, header, 1, codec))
                        .as("%d of %d bytes", length, whole.length)
                        .isInstanceOf(Decoder.UndecodableException.class);
            }
        }
    }

    /** Whatever the bytes, the answer is a picture of the header's size or a refusal; native code included. */
    @ParameterizedTest
    @MethodSource("samplesByCodec")
    void survivesRandomDamage(String name, Codec codec) throws Exception {
        Random random = new Random(name.hashCode());
        byte[] whole = Samples.file(name);
        for (int round = 0; round < 400; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= round % 8; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            ImageVerdict verdict = ImageHeader.inspect(damaged, new ImageLimits(100_000, 1_000_000));
            if (verdict instanceof ImageHeader header) {
                try (Pixels pixels = Decoder.decode(damaged, header, 1, codec)) {
                    assertThat(Picture.of(pixels).width()).isEqualTo(header.width());
                } catch (Decoder.UndecodableException e) {
                    assertThat(e.rejection().detail()).hasSizeLessThan(260).doesNotContain("\n");
                }
            }
        }
    }

    private static Picture decode(byte[] file, Codec codec) throws Decoder.UndecodableException {
        ImageHeader header = Samples.header(file);
        Orientation orientation = Metadata.read(file, header.format()).orientation();
        try (Pixels upright = orientation.apply(Decoder.decode(file, header, 1, codec))) {
            return Picture.of(upright);
        }
    }
}
