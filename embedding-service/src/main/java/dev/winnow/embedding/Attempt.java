package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker is about to decode and embed, written down before it begins. */
public record Attempt(List<Try> images) {

    /** After so many tries that the process did not survive, an image is given up. */
    static final int MOST = 2;

    /**
     * One image of an attempt.
     *
     * @param etag of the bytes that are tried, as far as known; null where not
     * @param count how often they are tried with this time, 1 or more; from 2 on the image is the only one in work
     */
    public record Try(ImageId image, @Nullable String etag, int count) {}

    public Attempt {
        images = List.copyOf(images);
    }
}
