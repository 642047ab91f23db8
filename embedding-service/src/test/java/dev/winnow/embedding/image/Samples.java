package dev.winnow.embedding.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The pictures of src/test/resources/samples, made by src/test/python/make_samples.py. */
public final class Samples {

    private static final JsonNode EXPECTED = expected();

    private Samples() {}

    /** The names of all samples. */
    public static List<String> names() {
        return EXPECTED.propertyStream().map(java.util.Map.Entry::getKey).toList();
    }

    /** A sample's bytes. */
    public static byte[] file(String name) {
        try (InputStream in = Samples.class.getResourceAsStream("/samples/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What PIL reads from a sample. */
    static Picture expected(String name) throws DataFormatException {
        JsonNode entry = EXPECTED.get(name);
        int width = entry.get("width").intValue();
        int height = entry.get("height").intValue();
        Inflater inflater = new Inflater();
        inflater.setInput(Base64.getDecoder().decode(entry.get("rgb").textValue()));
        byte[] rgb = new byte[width * height * 3];
        if (inflater.inflate(rgb) != rgb.length) {
            throw new DataFormatException("too short: " + name);
        }
        inflater.end();
        return new Picture(width, height, rgb);
    }

    /** The file's upright pixels, as the worker sees them. */
    public static Pixels upright(byte[] file) throws Decoder.UndecodableException {
        ImageHeader header = header(file);
        Orientation orientation = Metadata.read(file, header.format()).orientation();
        return orientation.apply(Decoder.decode(file, header));
    }

    static ImageHeader header(byte[] file) {
        return (ImageHeader) ImageHeader.inspect(file, ImageLimits.DEFAULT);
    }

    private static JsonNode expected() {
        try {
            return new ObjectMapper().readTree(file("expected.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pixels in the heap. */
    record Picture(int width, int height, byte[] rgb) implements Pixels {

        static Picture of(Pixels pixels) {
            byte[] rgb = new byte[pixels.width() * pixels.height() * 3];
            byte[] row = new byte[pixels.width() * 3];
            for (int y = 0; y < pixels.height(); y++) {
                pixels.row(y, row);
                System.arraycopy(row, 0, rgb, y * row.length, row.length);
            }
            return new Picture(pixels.width(), pixels.height(), rgb);
        }

        /** A picture of random colours. */
        static Picture random(int width, int height, long seed) {
            byte[] rgb = new byte[width * height * 3];
            new java.util.Random(seed).nextBytes(rgb);
            return new Picture(width, height, rgb);
        }

        /** A picture of one colour. */
        static Picture plain(int width, int height, int red, int green, int blue) {
            byte[] rgb = new byte[width * height * 3];
            for (int i = 0; i < rgb.length; i += 3) {
                rgb[i] = (byte) red;
                rgb[i + 1] = (byte) green;
                rgb[i + 2] = (byte) blue;
            }
            return new Picture(width, height, rgb);
        }

        @Override
        public void line(int x, int y, int dx, int dy, int count, byte[] target) {
            for (int i = 0; i < count; i++) {
                int at = ((y + i * dy) * width + x + i * dx) * 3;
                System.arraycopy(rgb, at, target, i * 3, 3);
            }
        }

        int largestDifference(Picture other) {
            if (width != other.width || height != other.height) {
                throw new IllegalArgumentException("sizes differ: " + this + ", " + other);
            }
            int largest = 0;
            for (int i = 0; i < rgb.length; i++) {
                largest = Math.max(largest, Math.abs((rgb[i] & 0xFF) - (other.rgb[i] & 0xFF)));
            }
            return largest;
        }

        @Override
        public String toString() {
            return width + " x " + height + ", begins " + Arrays.toString(Arrays.copyOf(rgb, Math.min(rgb.length, 12)));
        }
    }
}
