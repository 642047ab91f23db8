package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.Rejection;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Decodes whole files to what Pillow's {@code convert("RGB")} makes of them, value for value: palettes and grey expanded,
 * alpha dropped, colour profiles and gamma not applied, CMYK converted without a profile. JPEG, PNG and WebP are read by
 * {@link OpenCvCodec}, or where its natives do not load by {@link JdkCodec}; GIF and BMP by this package.
 *
 * <p>Of 16-bit colour the upper eight bits are kept. Of 16-bit grey, values above 255 become white: that is what Pillow
 * does, and so what a network that was trained through it has seen.
 *
 * <p>The caller has to have inspected the file: the decoders allocate what the header asks for.
 */
public final class Decoder {

    private static final Logger LOG = Logger.getLogger(Decoder.class);

    private static final Codec CODEC = codec();

    private Decoder() {}

    private static Codec codec() {
        try {
            return new OpenCvCodec();
        } catch (LinkageError e) {
            LOG.warnf("OpenCV does not load here, images are decoded by the JDK, which takes longer: %s", e.toString());
            return new JdkCodec();
        }
    }

    /** By what JPEG, PNG and WebP are read here: {@code opencv} or {@code jdk}. */
    public static String codecName() {
        return CODEC.name();
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
        return decode(file, header, reduction, CODEC);
    }

    static Pixels decode(byte[] file, ImageHeader header, int reduction, Codec codec) throws UndecodableException {
        Pixels pixels;
        try {
            pixels = switch (header.format()) {
                case JPEG, PNG, WEBP -> codec.decode(file, header, reduction);
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
