package dev.winnow.curation;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.decisions.Verdict;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image of a dataset as the index knows it.
 *
 * @param sha256 lower-case hex digest of the file
 * @param phash 64-bit perceptual hash
 * @param bytes file size
 * @param width pixels, after EXIF rotation
 * @param height pixels, after EXIF rotation
 * @param sharpness variance of the Laplacian of the reduced luma; larger is sharper
 * @param capturedAt from EXIF; null where the file does not say
 * @param labels class labels, as given
 * @param identifiers every other payload key the index holds, by its name
 */
public record DatasetImage(
        ImageId id,
        String path,
        String sha256,
        long phash,
        String etag,
        String format,
        long bytes,
        int width,
        int height,
        double sharpness,
        @Nullable Instant capturedAt,
        List<String> labels,
        List<String> tags,
        Map<String, Object> identifiers) {

    public DatasetImage {
        labels = List.copyOf(labels);
        tags = List.copyOf(tags);
        identifiers = Map.copyOf(identifiers);
    }

    /** What somebody decided about it. */
    public Optional<Verdict> decision() {
        return Optional.ofNullable(text(PointSchema.DECISION)).flatMap(Verdict::of);
    }

    /** Whether somebody decided so. */
    public boolean is(Verdict verdict) {
        return decision().filter(verdict::equals).isPresent();
    }

    /** Whether somebody decided to keep it as it is, and nobody has labelled it since. */
    public boolean isConfirmed() {
        Instant labelled = instant(PointSchema.LABELLED_AT);
        Instant decided = instant(PointSchema.DECISION_AT);
        return is(Verdict.KEEP) && (labelled == null || (decided != null && !decided.isBefore(labelled)));
    }

    /** An identifier that is a text; null where there is none. */
    public @Nullable String text(String key) {
        return identifiers.get(key) instanceof String text ? text : null;
    }

    /** An identifier that is a number; null where there is none. */
    public @Nullable Double number(String key) {
        return identifiers.get(key) instanceof Number number ? (Double) number.doubleValue() : null;
    }

    /** An identifier that is a time; null where there is none. */
    public @Nullable Instant instant(String key) {
        String text = text(key);
        return text == null ? null : Instant.parse(text);
    }

    /** The split it was put into; empty for none. */
    public Optional<String> split() {
        Object split = identifiers.get(PointSchema.SPLIT);
        Collection<?> all =
                split instanceof Collection<?> several ? several : split == null ? List.of() : List.of(split);
        return all.stream().map(String::valueOf).filter(name -> !name.isEmpty()).findFirst();
    }

    /** Width × height. */
    public long pixels() {
        return (long) width * height;
    }
}
