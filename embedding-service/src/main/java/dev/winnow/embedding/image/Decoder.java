package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.Rejection;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes whole files to what Pillow's {@code convert("RGB")} makes of them, value for value: palettes and grey expanded,
 * alpha dropped, colour profiles and gamma not applied, CMYK converted without a profile. OpenCV reads JPEG, PNG and WebP,
 * with the same libraries as Pillow; the JDK reads the components of CMYK JPEGs; GIF and BMP are read by this package.
 *
 * <p>Of 16-bit colour the upper eight bits are kept. Of 16-bit grey, values above 255 become white: that is what Pillow
 * does, and so what a network that was trained through it has seen.
 *
 * <p>The caller has to have inspected the file: the decoders allocate what the header asks for.
 */
public final class Decoder {

    /** Red, green, blue; eight bits; as stored, since {@link Orientation} turns the picture later. */
    private static final int READ_FLAGS =
            opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    /** One channel of 16 bits. */
    private static final int READ_FLAGS_GREY_16 = opencv_imgcodecs.IMREAD_GRAYSCALE
            | opencv_imgcodecs.IMREAD_ANYDEPTH
            | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    static {
        // JavaCPP would otherwise refuse native memory once the whole process holds twice the heap's limit, which model
        // and decoders may well do; what is in flight is bounded by MemoryBudget.
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        setDefault("org.bytedeco.javacpp.logger", "slf4j");
        Loader.load(opencv_imgcodecs.class);
        // Decoding runs on as many threads as there are cores already.
        opencv_core.setNumThreads(1);
    }

    private Decoder() {}

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Decodes a file.
     *
     * @param header what {@link ImageHeader#inspect} said of {@code file}
     * @return the picture as stored, not yet turned upright
     * @throws UndecodableException if the bytes are no such picture
     */
    public static Pixels decode(byte[] file, ImageHeader header) throws UndecodableException {
        return decode(file, header, 1);
    }

    /**
     * Decodes a file, and of a JPEG of up to three components only as much as a reduced picture needs: its sides are
     * divided by {@code reduction} and rounded up.
     *
     * @param reduction 1, 2, 4 or 8
     */
    static Pixels decode(byte[] file, ImageHeader header, int reduction) throws UndecodableException {
        Pixels pixels;
        try {
            pixels = switch (header.format()) {
                case JPEG -> jpeg(file, header, reduction);
                case PNG ->
                    isGrey16(file)
                            ? new Grey16Pixels(openCv(file, READ_FLAGS_GREY_16, opencv_core.CV_16UC1))
                            : openCv(file);
                case WEBP -> openCv(file);
                case GIF -> GifPixels.decode(file, header);
                case BMP -> BmpPixels.decode(file, header);
            };
        } catch (IOException | RuntimeException e) {
            throw new UndecodableException("the decoder failed: " + firstLine(e));
        }
        if (!isOf(header.width(), pixels.width(), reduction) || !isOf(header.height(), pixels.height(), reduction)) {
            String sizes = pixels.width() + " x " + pixels.height() + " pixels, its header claims " + header.width()
                    + " x " + header.height();
            pixels.close();
            throw new UndecodableException("the file holds " + sizes);
        }
        return pixels;
    }

    private static boolean isOf(int claimed, int found, int reduction) {
        return found == claimed || found == Math.ceilDiv(claimed, reduction);
    }

    private static Pixels jpeg(byte[] file, ImageHeader header, int reduction) throws IOException {
        JpegFrame frame = JpegFrame.of(file);
        if (frame.isCmyk()) {
            return CmykJpeg.decode(file, frame, header);
        }
        int reduced =
                switch (reduction) {
                    case 1 -> 0;
                    case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
                    default -> throw new IllegalArgumentException("expected 1, 2, 4 or 8, got " + reduction);
                };
        return new MatPixels(openCv(file, READ_FLAGS | reduced, opencv_core.CV_8UC3));
    }

    /** IHDR: 16 bits a sample, colour type 0. */
    private static boolean isGrey16(byte[] png) {
        return png[24] == 16 && png[25] == 0;
    }

    private static Pixels openCv(byte[] file) throws IOException {
        return new MatPixels(openCv(file, READ_FLAGS, opencv_core.CV_8UC3));
    }

    private static Mat openCv(byte[] file, int flags, int type) throws IOException {
        try (BytePointer bytes = new BytePointer(file);
                Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, bytes)) {
            Mat decoded = opencv_imgcodecs.imdecode(encoded, flags);
            if (decoded == null || decoded.empty() || decoded.type() != type) {
                throw new IOException("the data after the header is damaged or of an unsupported kind");
            }
            return decoded;
        }
    }

    /** Decoder messages come from native code and from hostile files: one line, bounded, printable. */
    private static String firstLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    /** The bytes could not be made into pixels. */
    public static final class UndecodableException extends Exception {

        private static final long serialVersionUID = 1L;

        UndecodableException(String message) {
            super(message);
        }

        /** The same as an outcome. */
        public Rejection.Undecodable rejection() {
            return new Rejection.Undecodable(String.valueOf(getMessage()));
        }
    }
}
