package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a survivor would carry if it stood for its whole group. A proposal: nothing is written.
 *
 * @param labels of all images, the survivor's first
 * @param labelsDiffer whether two of the labelled images have different labels: one of them may be wrong
 * @param tags of all images, the survivor's first
 * @param capturedAt the earliest; null where no file says
 */
public record MergedMetadata(
        List<String> labels,
        boolean labelsDiffer,
        List<String> tags,
        @Nullable Instant capturedAt) {

    public MergedMetadata {
        labels = List.copyOf(labels);
        tags = List.copyOf(tags);
    }

    /** @param images of a group, the survivor first */
    public static MergedMetadata of(List<DatasetImage> images) {
        long labellings = images.stream()
                .map(DatasetImage::labels)
                .filter(labels -> !labels.isEmpty())
                .map(labels -> labels.stream().sorted().toList())
                .distinct()
                .count();
        return new MergedMetadata(
                union(images, DatasetImage::labels),
                labellings > 1,
                union(images, DatasetImage::tags),
                images.stream()
                        .map(DatasetImage::capturedAt)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null));
    }

    private static List<String> union(List<DatasetImage> images, Function<DatasetImage, List<String>> values) {
        return images.stream()
                .flatMap(image -> values.apply(image).stream())
                .distinct()
                .toList();
    }
}
