package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a selection by objectives has come to.
 *
 * @param start how many images counted as chosen from the beginning
 * @param contributed each objective's share of all weighted gains
 * @param radiusBefore the largest distance of a candidate to the nearest image chosen from the beginning; absent without one
 * @param selected how the selection covers the candidates
 * @param random how as many candidates drawn with the seed would
 * @param tooNear candidates passed over because they were nearer to a chosen image than permitted
 * @param floorsMissed by how much groups fell short of their least numbers
 * @param uncertainty mean of the chosen images and of the candidates; absent where it did not count
 * @param targets how identifiers are distributed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Achieved(
        int start,
        Map<String, Double> contributed,
        @Nullable Double radiusBefore,
        Spread selected,
        Spread random,
        int tooNear,
        Map<String, Integer> floorsMissed,
        @Nullable Change uncertainty,
        List<TargetReached> targets) {

    /**
     * How images cover the candidates, together with what was chosen from the beginning.
     *
     * @param coverageRadius the largest distance of a candidate to the nearest of them
     * @param represented mean over the candidates of the similarity to the nearest of them, at least 0: facility location over
     *     their number
     * @param distance mean distance of one of them to the nearest other one; low is redundant
     */
    public record Spread(double coverageRadius, double represented, double distance) {}

    /** Of the candidates, and of the chosen images. */
    public record Change(double candidates, double selected) {}

    /**
     * How near an identifier came to its target.
     *
     * @param before how many candidates are in each bin
     * @param after how many of the chosen images are, those from the beginning included
     * @param distance total variation distance from the target, 0 to 1, of both
     */
    public record TargetReached(
            String identifier,
            List<String> bins,
            double[] shares,
            List<Integer> before,
            List<Integer> after,
            Change distance) {}
}
