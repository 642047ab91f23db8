package dev.winnow.curation;

import java.time.Instant;

/**
 * What a result was computed from.
 *
 * @param images how many images it saw
 * @param pending how many were still on their way
 * @param failed how many could not be embedded
 * @param asOf up to when pending and failed were known, before the images were read
 */
public record Watermark(int images, long pending, long failed, Instant asOf) {

    public Watermark(int images, Freshness freshness) {
        this(images, freshness.pending(), freshness.failed(), freshness.asOf());
    }
}
