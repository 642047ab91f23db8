package dev.winnow.curation;

import java.time.Instant;

/**
 * How far the index lags behind the bucket.
 *
 * @param pending images whose newest event has no outcome yet
 * @param failed images that could not be embedded
 * @param asOf up to when this was known
 */
public record Freshness(long pending, long failed, Instant asOf) {}
