package dev.winnow.contract;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a file says of itself before anything is decoded. {@link #inspect} goes by the bytes, never by the name, walks the
 * file's own structure to its end (so that a file cut short is noticed, which tolerant decoders hide behind a grey area)
 * and allocates nothing that depends on what the file claims.
 *
 * @param format the format, by magic number
 * @param width pixels as stored, before any EXIF rotation
 * @param height pixels as stored
 */
public record ImageHeader(ImageFormat format, int width, int height) implements ImageVerdict {

    /** Judges a whole file. Linear in its size, about a nanosecond a byte. */
    public static ImageVerdict inspect(byte[] file, ImageLimits limits) {
        if (file.length == 0) {
            return new Rejection.Empty();
        }
        if (file.length > limits.maxBytes()) {
            return new Rejection.TooLarge(file.length, limits.maxBytes());
        }
        ImageVerdict verdict;
        Bytes bytes = new Bytes(file);
        try {
            if (bytes.startsWith(0, 0xFF, 0xD8, 0xFF)) {
                verdict = jpeg(bytes);
            } else if (bytes.startsWith(0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
                verdict = png(bytes, limits);
            } else if (bytes.startsWith(0, 'G', 'I', 'F', '8')) {
                verdict = gif(bytes);
            } else if (bytes.startsWith(0, 'R', 'I', 'F', 'F') && bytes.startsWith(8, 'W', 'E', 'B', 'P')) {
                verdict = webp(bytes);
            } else if (bytes.startsWith(0, 'B', 'M')) {
                verdict = bmp(bytes, limits);
            } else {
                return new Rejection.UnsupportedFormat(describe(file));
            }
        } catch (CutShort e) {
            return new Rejection.Truncated(formatOf(bytes), "its header does");
        }
        if (verdict instanceof ImageHeader header) {
            if (header.width <= 0 || header.height <= 0) {
                return new Rejection.Undecodable(
                        "the header claims " + header.width + " x " + header.height + " pixels");
            }
            if ((long) header.width * header.height > limits.maxPixels()) {
                return new Rejection.TooManyPixels(header.width, header.height, limits.maxPixels());
            }
        }
        return verdict;
    }

    /** ITU-T T.81, annex B: segments up to a scan, entropy-coded data up to the next marker, until EOI. */
    private static ImageVerdict jpeg(Bytes b) throws CutShort {
        int width = 0;
        int height = 0;
        int at = 2;
        while (true) {
            int marker = b.nextJpegMarker(at);
            if (marker < 0) {
                return new Rejection.Truncated(ImageFormat.JPEG, width == 0 ? "its frame header" : "its end marker");
            }
            int code = b.u8(marker + 1);
            at = marker + 2;
            if (code == 0xD9) {
                return width == 0
                        ? new Rejection.Undecodable("JPEG without a frame")
                        : new ImageHeader(ImageFormat.JPEG, width, height);
            }
            if (code == 0x01 || (code >= 0xD0 && code <= 0xD8)) {
                continue;
            }
            if (at + 2 > b.length()) {
                return new Rejection.Truncated(ImageFormat.JPEG, "its end marker");
            }
            int length = b.u16be(at);
            boolean frame = code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
            if (frame && width == 0) {
                height = b.u16be(at + 3);
                width = b.u16be(at + 5);
            }
            at += Math.max(length, 2);
        }
    }

    /** PNG (ISO/IEC 15948), chunks until IEND; an {@code acTL} chunk makes it an APNG. */
    private static ImageVerdict png(Bytes b, ImageLimits limits) throws CutShort {
        int width = b.i32be(16);
        int height = b.i32be(20);
        long at = 8;
        boolean pixels = false;
        while (at + 12 <= b.length()) {
            int offset = (int) at;
            long length = b.i32be(offset) & 0xFFFF_FFFFL;
            if (b.startsWith(offset + 4, 'a', 'c', 'T', 'L')) {
                return new Rejection.Animated(ImageFormat.PNG);
            }
            pixels |= b.startsWith(offset + 4, 'I', 'D', 'A', 'T');
            if (b.startsWith(offset + 4, 'I', 'E', 'N', 'D')) {
                return pixels
                        ? new ImageHeader(ImageFormat.PNG, width, height)
                        : oversizeOr(new Rejection.Undecodable("PNG without pixels"), width, height, limits);
            }
            at += 12 + length;
        }
        return oversizeOr(new Rejection.Truncated(ImageFormat.PNG, "its IEND chunk"), width, height, limits);
    }

    /** GIF89a: blocks until the trailer; a second image descriptor makes it an animation. */
    private static ImageVerdict gif(Bytes b) throws CutShort {
        int width = b.u16le(6);
        int height = b.u16le(8);
        int at = 13 + colourTable(b.u8(10));
        int frames = 0;
        while (at < b.length()) {
            switch (b.u8(at)) {
                case 0x21 -> at = b.skipSubBlocks(at + 2);
                case 0x2C -> {
                    if (++frames > 1) {
                        return new Rejection.Animated(ImageFormat.GIF);
                    }
                    at = b.skipSubBlocks(at + 10 + colourTable(b.u8(at + 9)) + 1);
                }
                case 0x3B -> {
                    return frames == 0
                            ? new Rejection.Undecodable("GIF without a frame")
                            : new ImageHeader(ImageFormat.GIF, width, height);
                }
                default -> {
                    return new Rejection.Undecodable("GIF with a broken block at byte " + at);
                }
            }
        }
        return new Rejection.Truncated(ImageFormat.GIF, "its trailer");
    }

    /** RFC 9649: VP8 (lossy), VP8L (lossless) or VP8X (extended, with an animation flag). */
    private static ImageVerdict webp(Bytes b) throws CutShort {
        long claimed = (b.i32le(4) & 0xFFFF_FFFFL) + 8;
        ImageHeader header;
        if (b.startsWith(12, 'V', 'P', '8', 'X')) {
            if ((b.u8(20) & 0x02) != 0) {
                return new Rejection.Animated(ImageFormat.WEBP);
            }
            header = new ImageHeader(ImageFormat.WEBP, 1 + b.u24le(24), 1 + b.u24le(27));
        } else if (b.startsWith(12, 'V', 'P', '8', 'L')) {
            int bits = b.i32le(21);
            header = new ImageHeader(ImageFormat.WEBP, 1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF));
        } else if (b.startsWith(12, 'V', 'P', '8', ' ')) {
            header = new ImageHeader(ImageFormat.WEBP, b.u16le(26) & 0x3FFF, b.u16le(28) & 0x3FFF);
        } else {
            return new Rejection.Undecodable("WebP without an image chunk");
        }
        return claimed > b.length() ? new Rejection.Truncated(ImageFormat.WEBP, "the size it claims") : header;
    }

    /** Windows bitmaps with a BITMAPINFOHEADER or a later one; a negative height means top-down rows. */
    private static ImageVerdict bmp(Bytes b, ImageLimits limits) throws CutShort {
        int headerSize = b.i32le(14);
        if (headerSize < 40) {
            return new Rejection.UnsupportedFormat("a bitmap with an OS/2 header");
        }
        int width = b.i32le(18);
        int height = Math.abs(b.i32le(22));
        long row = ((long) width * b.u16le(28) + 31) / 32 * 4;
        boolean uncompressed = b.i32le(30) == 0 || b.i32le(30) == 3;
        long end = (b.i32le(10) & 0xFFFF_FFFFL) + (uncompressed ? row * height : 1);
        return end > b.length()
                ? oversizeOr(new Rejection.Truncated(ImageFormat.BMP, "its pixels"), width, height, limits)
                : new ImageHeader(ImageFormat.BMP, width, height);
    }

    /** A bomb is usually cut short as well; that it claims too much is the more useful answer. */
    private static ImageVerdict oversizeOr(Rejection otherwise, int width, int height, ImageLimits limits) {
        boolean oversize = width > 0 && height > 0 && (long) width * height > limits.maxPixels();
        return oversize ? new Rejection.TooManyPixels(width, height, limits.maxPixels()) : otherwise;
    }

    private static int colourTable(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
    }

    private static ImageFormat formatOf(Bytes b) {
        return switch (b.file[0] & 0xFF) {
            case 0xFF -> ImageFormat.JPEG;
            case 0x89 -> ImageFormat.PNG;
            case 'G' -> ImageFormat.GIF;
            case 'R' -> ImageFormat.WEBP;
            default -> ImageFormat.BMP;
        };
    }

    private static String describe(byte[] file) {
        byte[] head = Arrays.copyOf(file, Math.min(file.length, 512));
        boolean text = true;
        for (byte c : head) {
            text &= c == '\t' || c == '\n' || c == '\r' || (c & 0xFF) >= 0x20;
        }
        String start = new String(head, StandardCharsets.ISO_8859_1);
        if (start.startsWith("%PDF")) {
            return "a PDF";
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return "a TIFF";
        }
        if (start.startsWith("ftyp", 4)) {
            return "an ISO media file (HEIF, AVIF or video)";
        }
        return text ? "text" : "unknown binary data";
    }

    /** The file ended in the middle of a field. */
    private static final class CutShort extends Exception {
        private static final long serialVersionUID = 1L;

        CutShort() {
            super(null, null, false, false);
        }
    }

    /** Bounds-checked reads. */
    private record Bytes(byte[] file) {

        int length() {
            return file.length;
        }

        boolean startsWith(int offset, int... expected) {
            if (offset < 0 || offset + expected.length > file.length) {
                return false;
            }
            for (int i = 0; i < expected.length; i++) {
                if ((file[offset + i] & 0xFF) != expected[i]) {
                    return false;
                }
            }
            return true;
        }

        int u8(int at) throws CutShort {
            if (at < 0 || at >= file.length) {
                throw new CutShort();
            }
            return file[at] & 0xFF;
        }

        int u16be(int at) throws CutShort {
            return u8(at) << 8 | u8(at + 1);
        }

        int u16le(int at) throws CutShort {
            return u8(at) | u8(at + 1) << 8;
        }

        int u24le(int at) throws CutShort {
            return u16le(at) | u8(at + 2) << 16;
        }

        int i32be(int at) throws CutShort {
            return u16be(at) << 16 | u16be(at + 2);
        }

        int i32le(int at) throws CutShort {
            return u16le(at) | u16le(at + 2) << 16;
        }

        /** The next 0xFF that is followed by a marker code (neither a stuffed zero nor a fill byte), or -1. */
        int nextJpegMarker(int from) {
            for (int i = from; i + 1 < file.length; i++) {
                if (file[i] == (byte) 0xFF && file[i + 1] != 0 && file[i + 1] != (byte) 0xFF) {
                    return i;
                }
            }
            return -1;
        }

        /** The position after a chain of GIF sub-blocks and its terminator. */
        int skipSubBlocks(int from) throws CutShort {
            int at = from;
            while (u8(at) != 0) {
                at += 1 + u8(at);
            }
            return at + 1;
        }
    }
}
