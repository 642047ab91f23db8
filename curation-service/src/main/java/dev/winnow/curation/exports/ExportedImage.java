package dev.winnow.curation.exports;

import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.objects.Extras;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image, and what people said of it.
 *
 * @param objects its boxes; null where nobody has annotated it
 */
public record ExportedImage(DatasetImage image, @Nullable ImageObjects objects) {

    boolean annotated() {
        return objects != null;
    }

    /** Of the upright picture. */
    Extras.Size size() {
        return new Extras.Size(image.width(), image.height());
    }

    List<ObjectBox> boxes() {
        return objects == null ? List.of() : objects.objects();
    }

    @Nullable
    String split() {
        return image.split().orElse(null);
    }

    /** What a format with a place for boxes has no place for. */
    Extras extras() {
        return new Extras(null, null, null, annotated(), image.labels(), image.tags(), split(), null, null);
    }

    /**
     * All that people said of the image.
     *
     * @param file what stands for it in an archive; null where there is none
     */
    Extras everything(@Nullable String file) {
        return new Extras(
                image.path(),
                file,
                size(),
                annotated(),
                image.labels(),
                image.tags(),
                split(),
                boxes().stream().map(Extras.Known::new).toList(),
                objects == null ? null : objects.attributes());
    }
}
