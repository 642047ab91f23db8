package dev.winnow.embedding.image;

import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegSegmentReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifTiffHandler;
import dev.winnow.contract.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the camera wrote into the file. All of it is optional and none of it is trusted: a broken block counts as none.
 *
 * <p>Only the EXIF block of a JPEG, PNG or WebP is read, and of that only the few tags below. Nothing else of a file is
 * looked at: a compressed text or colour profile of a PNG can inflate to a thousand times its size.
 *
 * @param orientation how to turn the picture
 * @param capturedAt when the shutter opened (DateTimeOriginal); taken as UTC where the file names no zone
 * @param camera maker and model, at most {@value #MAX_CAMERA} characters
 */
record Metadata(
        Orientation orientation,
        @Nullable Instant capturedAt,
        @Nullable String camera) {

    static final int MAX_CAMERA = 100;

    private static final Metadata NONE = new Metadata(Orientation.UPRIGHT, null, null);

    /** What a JPEG can hold in one segment. */
    private static final int MAX_EXIF_BYTES = 64 * 1024;

    private static final int MAX_TAG_BYTES = 1024;

    private static final Pattern TIME =
            Pattern.compile("(\\d{4})[:./-](\\d\\d)[:./-](\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)\\s*");

    static Metadata read(byte[] file, ImageFormat format) {
        try {
            Optional<byte[]> exif = exif(file, format);
            if (exif.isEmpty() || exif.get().length > MAX_EXIF_BYTES) {
                return NONE;
            }
            int start =
                    ExifReader.startsWithJpegExifPreamble(exif.get()) ? ExifReader.JPEG_SEGMENT_PREAMBLE.length() : 0;
            com.drew.metadata.Metadata tags = new com.drew.metadata.Metadata();
            new TiffReader().processTiff(new ByteArrayReader(exif.get(), start), new WantedTags(tags), 0);
            ExifIFD0Directory main = tags.getFirstDirectoryOfType(ExifIFD0Directory.class);
            ExifSubIFDDirectory shot = tags.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
            Integer orientation = main == null ? null : main.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return new Metadata(
                    Orientation.ofTag(orientation == null ? 1 : orientation),
                    shot == null ? null : capturedAt(shot),
                    main == null ? null : camera(main));
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            return NONE;
        }
    }

    private static Optional<byte[]> exif(byte[] file, ImageFormat format) throws ImageProcessingException, IOException {
        return switch (format) {
            case JPEG -> exifSegment(file);
            case PNG -> pngChunk(file, "eXIf");
            case WEBP -> riffChunk(file, "EXIF");
            case GIF, BMP -> Optional.empty();
        };
    }

    private static Optional<byte[]> exifSegment(byte[] jpeg) throws ImageProcessingException, IOException {
        Iterable<byte[]> segments = JpegSegmentReader.readSegments(
                        new SequentialByteArrayReader(jpeg), List.of(JpegSegmentType.APP1))
                .getSegments(JpegSegmentType.APP1);
        for (byte[] segment : segments) {
            if (ExifReader.startsWithJpegExifPreamble(segment)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    /** Length, type, data, checksum. */
    private static Optional<byte[]> pngChunk(byte[] png, String type) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        for (long at = 8; at + 12 <= png.length; ) {
            long length = Integer.toUnsignedLong(bytes.getInt((int) at));
            if (isType(png, (int) at + 4, type)) {
                return data(png, at + 8, length);
            }
            at += 12 + length;
        }
        return Optional.empty();
    }

    /** Type, length, data, padding to an even length. */
    private static Optional<byte[]> riffChunk(byte[] riff, String type) {
        ByteBuffer bytes = ByteBuffer.wrap(riff).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 12; at + 8 <= riff.length; ) {
            long length = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
            if (isType(riff, (int) at, type)) {
                return data(riff, at + 8, length);
            }
            at += 8 + length + length % 2;
        }
        return Optional.empty();
    }

    private static boolean isType(byte[] file, int at, String type) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1).equals(type);
    }

    private static Optional<byte[]> data(byte[] file, long from, long length) {
        return length > MAX_EXIF_BYTES || from + length > file.length
                ? Optional.empty()
                : Optional.of(Arrays.copyOfRange(file, (int) from, (int) (from + length)));
    }

    /** A maker whose first word begins the model too ("NIKON CORPORATION", "NIKON D70") is not said twice. */
    private static @Nullable String camera(ExifIFD0Directory main) {
        String maker = clean(main.getString(ExifIFD0Directory.TAG_MAKE));
        String model = clean(main.getString(ExifIFD0Directory.TAG_MODEL));
        boolean named = firstWord(model).equals(firstWord(maker));
        String camera = named ? model : (maker + " " + model).strip();
        if (camera.codePointCount(0, camera.length()) > MAX_CAMERA) {
            camera = camera.substring(0, camera.offsetByCodePoints(0, MAX_CAMERA))
                    .strip();
        }
        return camera.isEmpty() ? null : camera;
    }

    private static String firstWord(String name) {
        return name.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    }

    /** Control characters, marks that turn the direction of writing and half characters have no place in a name. */
    private static String clean(@Nullable String tag) {
        return tag == null
                ? ""
                : tag.replaceAll("[\\p{C}\\x{FFFD}]", " ")
                        .replaceAll("\\s+", " ")
                        .strip();
    }

    /** A day or time that does not exist counts as none, and a zone that does not exist as UTC. */
    private static @Nullable Instant capturedAt(ExifSubIFDDirectory shot) {
        String text = shot.getString(ExifDirectoryBase.TAG_DATETIME_ORIGINAL);
        Matcher time = TIME.matcher(text == null ? "" : text);
        if (!time.matches()) {
            return null;
        }
        try {
            int[] parts = new int[6];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = Integer.parseInt(time.group(i + 1));
            }
            return plausible(LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                    .plusNanos(nanos(shot.getString(ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL)))
                    .toInstant(zone(shot.getString(ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL))));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The digits after the decimal point of a second; of more than three, the first three. */
    private static long nanos(@Nullable String digits) {
        if (digits == null || !digits.strip().matches("[0-9]+")) {
            return 0;
        }
        return Long.parseLong((digits.strip() + "00").substring(0, 3)) * 1_000_000;
    }

    private static ZoneOffset zone(@Nullable String offset) {
        try {
            return offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset.strip());
        } catch (DateTimeException e) {
            return ZoneOffset.UTC;
        }
    }

    /** Cameras whose clock was never set, and files that lie. */
    private static @Nullable Instant plausible(Instant at) {
        return at.isAfter(Instant.EPOCH) && at.isBefore(Instant.parse("2100-01-01T00:00:00Z")) ? at : null;
    }

    /**
     * Keeps the few tags that are asked for, from the main directory and one below it. All others may claim the same bytes
     * thousands of times, and every one of them would be copied.
     */
    private static final class WantedTags extends ExifTiffHandler {

        private static final Set<Integer> WANTED = Set.of(
                ExifDirectoryBase.TAG_ORIENTATION,
                ExifDirectoryBase.TAG_MAKE,
                ExifDirectoryBase.TAG_MODEL,
                ExifDirectoryBase.TAG_DATETIME_ORIGINAL,
                ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL,
                ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);

        private boolean entered;

        WantedTags(com.drew.metadata.Metadata tags) {
            super(tags, null, 0);
        }

        @Override
        public boolean tryEnterSubIfd(int tag) {
            if (entered || tag != ExifIFD0Directory.TAG_EXIF_SUB_IFD_OFFSET) {
                return false;
            }
            entered = true;
            return super.tryEnterSubIfd(tag);
        }

        @Override
        public boolean hasFollowerIfd() {
            return false;
        }

        @Override
        public boolean customProcessTag(
                int offset, Set<Integer> seen, int start, RandomAccessReader reader, int tag, int bytes) {
            return !WANTED.contains(tag) || bytes > MAX_TAG_BYTES;
        }
    }
}
