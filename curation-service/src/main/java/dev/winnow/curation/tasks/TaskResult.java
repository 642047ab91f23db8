package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.Watermark;
import org.jspecify.annotations.Nullable;

/**
 * A report with everything needed to reproduce it.
 *
 * @param parameters as they were given; what was chosen in place of a default stands in the report
 * @param dropped how many images of the watermark's were left out, because somebody decided so; null where the task leaves
 *     out none
 * @param seconds how long the work took
 */
public record TaskResult(
        String type,
        String dataset,
        String model,
        CurationTask parameters,
        long seed,
        Watermark watermark,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer dropped,
        double seconds,
        @JsonUnwrapped Report report) {}
