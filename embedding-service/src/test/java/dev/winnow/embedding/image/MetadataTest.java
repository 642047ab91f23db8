package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataTest {

    private static final Preprocessing PREPROCESSING = new Preprocessing(
            new Resize.ShortSide(8, Interpolation.BILINEAR),
            8,
            8,
            Preprocessing.Layout.NCHW,
            Preprocessing.Colour.RGB,
            1,
            List.of(0., 0., 0.),
            List.of(1., 1., 1.));

    /** Texts and a profile of 300 MB each, which some readers inflate whole. */
    @Test
    void inflatesNothing() throws Exception {
        byte[] zeros = deflatedZeros(300_000_000);
        byte[] png = pngWith("zTXt", join(ascii("Comment\0\0"), zeros));
        assertIdentified(png);
        png = pngWith("iTXt", join(ascii("XML:com.adobe.xmp\0\1\0\0\0"), zeros));
        assertIdentified(png);
        png = pngWith("iCCP", join(ascii("profile\0\0"), zeros));
        assertIdentified(png);
    }

    @Test
    void readsTheExifBlockOfAPngAndOfAWebp() throws Exception {
        byte[] exif = exif();
        assertCanon(Metadata.read(pngWith("eXIf", exif), ImageFormat.PNG));
        byte[] webp = ByteBuffer.allocate(20 + exif.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF"))
                .putInt(12 + exif.length)
                .put(ascii("WEBPEXIF"))
                .putInt(exif.length)
                .put(exif)
                .array();
        assertCanon(Metadata.read(webp, ImageFormat.WEBP));
    }

    /** Five thousand tags that all hold the same 60 KB would be copied one by one. */
    @Test
    void copiesNoTagThatNobodyAskedFor() {
        int tags = 5000;
        ByteBuffer tiff = ByteBuffer.allocate(65_000).order(ByteOrder.LITTLE_ENDIAN);
        tiff.put(ascii("II*\0")).putInt(8).putShort((short) (tags + 1));
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(6);
        for (int i = 0; i < tags; i++) {
            tiff.putShort((short) (0xA000 + i))
                    .putShort((short) 3)
                    .putInt(30_000)
                    .putInt(8);
        }
        assertThat(Metadata.read(pngWith("eXIf", tiff.array()), ImageFormat.PNG).orientation())
                .isEqualTo(Orientation.ROTATED_90);
    }

    /** Whatever the damage: an answer. */
    @Test
    void survivesDamage() throws Exception {
        java.util.Random random = new java.util.Random(5);
        byte[] whole = exif();
        for (int round = 0; round < 3000; round++) {
            byte[] exif = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int i = 0; i < random.nextInt(6) && exif.length > 0; i++) {
                exif[random.nextInt(exif.length)] = (byte) random.nextInt(256);
            }
            assertThat(Metadata.read(pngWith("eXIf", exif), ImageFormat.PNG)).isNotNull();
        }
    }

    /** Names as cameras and liars write them. */
    @ParameterizedTest
    @CsvSource({
        "Canon, Canon EOS 5D, Canon EOS 5D",
        "NIKON CORPORATION, NIKON D70, NIKON D70",
        "samsung, SM-G991B, samsung SM-G991B",
        "'', X100, X100",
        "Apple, '', Apple",
        "'  a\u0001\u001b[31mb  ', '\u202Ec\td', 'a [31mb c d'",
        "'\u0001', '  ', "
    })
    void namesTheCamera(String maker, String model, String expected) {
        assertThat(Metadata.read(pngWith("eXIf", tiff(maker, model, "")), ImageFormat.PNG)
                        .camera())
                .isEqualTo(expected);
    }

    @Test
    void boundsTheNameOfTheCamera() {
        // Each sign takes two chars, and the limit must not cut one in half.
        String camera = Metadata.read(pngWith("eXIf", tiff("a", "\uD83D\uDCF7".repeat(200), "")), ImageFormat.PNG)
                .camera();
        assertThat(camera).isEqualTo("a " + "\uD83D\uDCF7".repeat(Metadata.MAX_CAMERA - 2));
        assertThat(Metadata.read(pngWith("eXIf", tiff("a", "x".repeat(50_000), "")), ImageFormat.PNG)
                        .camera())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "2024:05:06 07:08:09, 2024-05-06T07:08:09Z",
        "2024-05-06T07:08:09, 2024-05-06T07:08:09Z",
        "2024:02:30 07:08:09, ",
        "2023:02:29 07:08:09, ",
        "2024:13:01 07:08:09, ",
        "2024:05:06 24:00:00, ",
        "2024:05:06 23:59:60, ",
        "0000:00:00 00:00:00, ",
        "    :  :     :  :  , ",
        "1969:12:31 23:59:59, ",
        "1970:01:01 00:00:00, ",
        "2100:01:01 00:00:00, ",
        "9999:12:31 23:59:59, ",
        "yesterday, "
    })
    void readsOnlyTimesThatExist(String written, @Nullable Instant expected) {
        Metadata metadata = Metadata.read(pngWith("eXIf", tiff("a", "b", written)), ImageFormat.PNG);
        assertThat(metadata.capturedAt()).isEqualTo(expected);
        // One bad tag takes no other along.
        assertThat(metadata.camera()).isEqualTo("a b");
        assertThat(metadata.orientation()).isEqualTo(Orientation.ROTATED_90);
    }

    /** Orientation 6, a maker, a model and DateTimeOriginal. */
    private static byte[] tiff(String maker, String model, String time) {
        byte[][] texts = {
            (maker + "\0").getBytes(StandardCharsets.UTF_8),
            (model + "\0").getBytes(StandardCharsets.UTF_8),
            (time + "\0").getBytes(StandardCharsets.UTF_8)
        };
        int sub = 8 + 2 + 4 * 12 + 4;
        int data = sub + 2 + 12 + 4;
        ByteBuffer tiff = ByteBuffer.allocate(data + 8 + texts[0].length + texts[1].length + texts[2].length)
                .order(ByteOrder.LITTLE_ENDIAN);
        tiff.put(ascii("II*\0")).putInt(8).putShort((short) 4);
        int at = data;
        at = entry(tiff, 0x010F, texts[0], at);
        at = entry(tiff, 0x0110, texts[1], at);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(6);
        tiff.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(sub).putInt(0);
        tiff.putShort((short) 1);
        entry(tiff, 0x9003, texts[2], at);
        return tiff.array();
    }

    /** A text: in its entry up to four bytes, else at {@code at}. The place for the next. */
    private static int entry(ByteBuffer tiff, int tag, byte[] text, int at) {
        tiff.putShort((short) tag).putShort((short) 2).putInt(text.length);
        if (text.length <= 4) {
            tiff.put(Arrays.copyOf(text, 4));
            return at;
        }
        tiff.putInt(at).put(at, text);
        return at + text.length;
    }

    private static void assertIdentified(byte[] png) throws InterruptedException {
        assertThat(PreparedImage.of(png, PREPROCESSING, new MemoryBudget(1 << 20)))
                .isInstanceOfSatisfying(
                        PreparedImage.Ready.class,
                        ready -> assertThat(ready.identifiers().width()).isEqualTo(29));
    }

    private static void assertCanon(Metadata metadata) {
        assertThat(metadata.orientation()).isEqualTo(Orientation.ROTATED_90);
        assertThat(metadata.camera()).isEqualTo("Canon EOS 5D");
        assertThat(metadata.capturedAt()).isEqualTo(Instant.parse("2024-05-06T05:08:09Z"));
    }

    /** The first EXIF segment of a sample, without its preamble. */
    private static byte[] exif() {
        byte[] jpeg = Samples.file("exif-6.jpg");
        int preamble = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("Exif\0\0");
        int length = ByteBuffer.wrap(jpeg).getShort(preamble - 2) & 0xFFFF;
        return Arrays.copyOfRange(jpeg, preamble + 6, preamble - 2 + length);
    }

    /** A picture of 29 x 18 pixels with one more chunk after its header. */
    private static byte[] pngWith(String type, byte[] data) {
        byte[] plain = Samples.file("plain.png");
        byte[] body = join(ascii(type), data);
        CRC32 sum = new CRC32();
        sum.update(body);
        return ByteBuffer.allocate(plain.length + 12 + data.length)
                .put(plain, 0, 33)
                .putInt(data.length)
                .put(body)
                .putInt((int) sum.getValue())
                .put(plain, 33, plain.length - 33)
                .array();
    }

    private static byte[] deflatedZeros(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            byte[] zeros = new byte[1_000_000];
            for (int i = 0; i < length; i += zeros.length) {
                out.write(zeros);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
