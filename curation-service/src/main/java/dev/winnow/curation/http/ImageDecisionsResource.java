package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.decisions.DecisionLine;
import dev.winnow.curation.decisions.ImageDecision;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.EditStream;
import dev.winnow.curation.objects.ObjectImport.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

/** What was decided about the images of a dataset. */
@Path("/v1/datasets/{dataset}/decisions")
@RunOnVirtualThread
public class ImageDecisionsResource {

    private static final int MAX_AT_ONCE = 1000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final EditStream edits;

    ImageDecisionsResource(Datasets datasets, VectorIndex index, EditStream edits) {
        this.datasets = datasets;
        this.index = index;
        this.edits = edits;
    }

    /** A page of decisions; the cursor of the next page is null on the last one. */
    public record DecisionPage(
            List<ImageDecision> decisions, @Nullable String nextCursor) {}

    /** Decisions that come together, each read by itself: one that is none disturbs no other. */
    public record WantedDecisions(
            @Schema(type = SchemaType.ARRAY, implementation = DecisionLine.class) @Nullable
            List<@Nullable JsonNode> decisions) {}

    /**
     * What became of the decisions.
     *
     * @param lines how many there were
     * @param decided how many took effect
     * @param problemCount how many could not be used
     * @param problems the first thousand of them
     */
    public record Recorded(long lines, long decided, long problemCount, List<Problem> problems) {
        Recorded(EditStream.Applied applied) {
            this(applied.lines(), applied.applied(), applied.problemCount(), applied.problems());
        }
    }

    /** The decisions in force, in the order of the images' ids; all verdicts unless one is named. */
    @GET
    public DecisionPage list(
            String dataset,
            @QueryParam("verdict") @Nullable String verdict,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 1000);
        if (verdict != null && Verdict.of(verdict).isEmpty()) {
            throw new InvalidParameterException("verdict", "expected one of " + Verdict.NAMES + ", got " + verdict);
        }
        datasets.get(dataset);
        ImageId from = cursor == null ? null : ImageResource.id("cursor", cursor);
        List<Object> wanted = verdict == null ? List.copyOf(Verdict.NAMES) : List.of(verdict);
        VectorIndex.Page page = index.page(
                dataset, new Filter(List.of(new Filter.Condition.AnyOf(PointSchema.DECISION, wanted))), limit, from);
        List<DatasetImage> images = page.images();
        return new DecisionPage(
                images.stream().map(ImageDecision::of).flatMap(Optional::stream).toList(),
                page.next() == null ? null : page.next().toString());
    }

    /** Records decisions, a line each. */
    @POST
    @Consumes(NdJson.MEDIA_TYPE)
    @RequestBody(
            content = @Content(mediaType = NdJson.MEDIA_TYPE, schema = @Schema(implementation = DecisionLine.class)))
    public Recorded stream(String dataset, InputStream lines, @QueryParam("by") @Nullable String by)
            throws IOException {
        return new Recorded(edits.lines(dataset, lines, DecisionLine.class, new EditStream.Defaults(by, "ndjson")));
    }

    /** Records up to a thousand decisions. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Recorded record(String dataset, @QueryParam("by") @Nullable String by, @Nullable WantedDecisions wanted) {
        if (wanted == null || wanted.decisions == null) {
            throw new InvalidParameterException("decisions", "expected a list of {id or path, verdict}");
        }
        InvalidParameterException.checkRange("decisions", wanted.decisions.size(), 1, MAX_AT_ONCE);
        return new Recorded(edits.list(
                dataset, "decisions", wanted.decisions, DecisionLine.class, new EditStream.Defaults(by, "decisions")));
    }
}
