package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.JobImages;
import dev.winnow.curation.slices.IdSet;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.SliceSource;
import dev.winnow.curation.slices.SliceSource.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a slice is to be made of: one of the sources, and what a person says of it.
 *
 * @param filter as in image lists
 * @param job a job of the dataset
 * @param split which part, where the job is a split
 * @param cluster which one, where the job is a clustering
 */
public record SliceRequest(
        @Nullable List<@Nullable String> ids,
        @Schema(implementation = Object.class) @Nullable JsonNode filter,
        @Nullable UUID job,
        @Nullable String split,
        @Nullable Integer cluster,
        @Nullable List<@Nullable String> union,
        @Nullable List<@Nullable String> intersection,
        @Nullable List<@Nullable String> difference,
        @Nullable String complement,
        @Nullable String description) {

    static final String EXPECTED =
            "expected exactly one of ids, filter, job, union, intersection, difference and complement";

    private static final int MAX_IDS = 10_000;
    private static final int MAX_SLICES = 20;
    /** It is kept with the version, and told in every list of slices. */
    private static final int MAX_TOLD = 1 << 20;

    /** @throws InvalidParameterException unless it says one source */
    SliceSource source(String dataset, JobImages jobs) {
        long sources = Stream.of(ids, filter, job, union, intersection, difference, complement)
                .filter(source -> source != null)
                .count();
        if (sources != 1) {
            throw new InvalidParameterException("body", EXPECTED);
        }
        if (job == null && (split != null || cluster != null)) {
            throw new InvalidParameterException(split != null ? "split" : "cluster", "expected it together with a job");
        }
        if (ids != null) {
            return new SliceSource.Listed(new IdSet(ids(ids)), SliceSource.told("ids"));
        }
        if (filter != null) {
            ObjectNode told = SliceSource.told("filter");
            told.set("filter", filter);
            if (told.toString().getBytes(StandardCharsets.UTF_8).length > MAX_TOLD) {
                throw new InvalidParameterException("filter", "expected at most " + MAX_TOLD + " bytes of JSON");
            }
            return new SliceSource.Matching(FilterJson.parse(filter), told);
        }
        if (job != null) {
            return jobs.read(dataset, job, split, cluster);
        }
        if (union != null) {
            return combined(dataset, "union", Operation.UNION, union);
        }
        if (intersection != null) {
            return combined(dataset, "intersection", Operation.INTERSECTION, intersection);
        }
        if (difference != null) {
            return combined(dataset, "difference", Operation.DIFFERENCE, difference);
        }
        return new SliceSource.Combined(
                Operation.COMPLEMENT, List.of(SliceRef.parse("complement", dataset, complement)));
    }

    private static List<ImageId> ids(List<@Nullable String> texts) {
        InvalidParameterException.checkRange("ids", texts.size(), 1, MAX_IDS);
        List<ImageId> ids = new ArrayList<>();
        for (String text : texts) {
            ids.add(ImageResource.id("ids[" + ids.size() + "]", text == null ? "" : text));
        }
        return ids;
    }

    private static SliceSource combined(
            String dataset, String field, Operation operation, List<@Nullable String> texts) {
        InvalidParameterException.checkRange(field, texts.size(), 2, MAX_SLICES);
        List<SliceRef> slices = new ArrayList<>();
        for (String text : texts) {
            slices.add(SliceRef.parse(field + "[" + slices.size() + "]", dataset, text));
        }
        return new SliceSource.Combined(operation, slices);
    }
}
