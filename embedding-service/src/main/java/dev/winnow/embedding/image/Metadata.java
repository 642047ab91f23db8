package dev.winnow.embedding.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * What the camera wrote into the file. All of it is optional and none of it is trusted: a broken block counts as none.
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

    static Metadata read(byte[] file) {
        try {
            com.drew.metadata.Metadata tags =
                    ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length);
            ExifIFD0Directory main = tags.getFirstDirectoryOfType(ExifIFD0Directory.class);
            ExifSubIFDDirectory shot = tags.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
            Integer orientation = main == null ? null : main.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            Date date = shot == null ? null : shot.getDateOriginal(TimeZone.getTimeZone("UTC"));
            return new Metadata(
                    Orientation.ofTag(orientation == null ? 1 : orientation),
                    date == null ? null : plausible(date.toInstant()),
                    main == null ? null : camera(main));
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            return NONE;
        }
    }

    private static @Nullable String camera(ExifIFD0Directory main) {
        String maker = clean(main.getString(ExifIFD0Directory.TAG_MAKE));
        String model = clean(main.getString(ExifIFD0Directory.TAG_MODEL));
        boolean named = model.toLowerCase(Locale.ROOT).startsWith(maker.toLowerCase(Locale.ROOT));
        String camera = named ? model : (maker + " " + model).strip();
        return camera.isEmpty() ? null : camera.substring(0, Math.min(camera.length(), MAX_CAMERA));
    }

    private static String clean(@Nullable String tag) {
        return tag == null ? "" : tag.replaceAll("\\p{Cntrl}", " ").strip();
    }

    /** Cameras whose clock was never set, and files that lie. */
    private static @Nullable Instant plausible(Instant at) {
        return at.isAfter(Instant.EPOCH) && at.isBefore(Instant.parse("2100-01-01T00:00:00Z")) ? at : null;
    }
}
