package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceImages;
import dev.winnow.curation.slices.SlicedImage;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A version of a slice as it is sent.
 *
 * @param missing how many of the images that were named the dataset did not have
 * @param missingIds the first thousand of them; only in the answer to making it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SliceView(
        String name,
        int version,
        long images,
        String model,
        @Schema(implementation = Object.class) ObjectNode source,
        Watermark watermark,
        Instant createdAt,
        String by,
        @Nullable String description,
        long missing,
        @Nullable List<ImageId> missingIds) {

    SliceView(Slice slice, @Nullable List<ImageId> missingIds) {
        this(
                slice.version().name(),
                slice.version().version(),
                slice.images(),
                slice.note().model(),
                slice.note().source(),
                slice.note().watermark(),
                slice.note().createdAt(),
                slice.note().by(),
                slice.note().description(),
                slice.missing(),
                missingIds);
    }

    SliceView(Slice slice) {
        this(slice, null);
    }

    /** An image of a slice as it was, and what became of it. */
    record ImageOfSlice(@JsonUnwrapped SlicedImage image, SliceImages.State state) {

        ImageOfSlice(SliceImages.Found found) {
            this(found.image(), found.state());
        }
    }
}
