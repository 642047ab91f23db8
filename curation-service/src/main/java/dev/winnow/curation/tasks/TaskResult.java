package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.Watermark;

/**
 * A report with everything needed to reproduce it.
 *
 * @param parameters as they were given; what was chosen in place of a default stands in the report
 * @param seconds how long the work took
 */
public record TaskResult(
        String type,
        String dataset,
        String model,
        CurationTask parameters,
        long seed,
        Watermark watermark,
        double seconds,
        @JsonUnwrapped Report report) {}
