package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image as it is sent: the index's record, with the perceptual hash in hex as tools expect it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImageView(
        ImageId id,
        String path,
        List<String> labels,
        List<String> tags,
        String format,
        long bytes,
        int width,
        int height,
        String sha256,
        String phash,
        String etag,
        double sharpness,
        @Nullable Instant capturedAt,
        Map<String, Object> identifiers) {

    ImageView(DatasetImage image) {
        this(
                image.id(),
                image.path(),
                image.labels(),
                image.tags(),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.sha256(),
                "%016x".formatted(image.phash()),
                image.etag(),
                image.sharpness(),
                image.capturedAt(),
                image.identifiers());
    }
}
