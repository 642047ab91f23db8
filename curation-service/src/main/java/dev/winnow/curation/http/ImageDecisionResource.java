package dev.winnow.curation.http;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.decisions.DecisionLine;
import dev.winnow.curation.decisions.ImageDecision;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.labels.EditStream;
import dev.winnow.curation.labels.ImageEdit;
import dev.winnow.curation.labels.ImageEditing;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody decided about one image. */
@Path("/v1/datasets/{dataset}/images/{id}/decision")
@RunOnVirtualThread
public class ImageDecisionResource {

    private static final String SOURCE = "decision";

    private final Datasets datasets;
    private final ImageEditing editing;

    ImageDecisionResource(Datasets datasets, ImageEditing editing) {
        this.datasets = datasets;
        this.editing = editing;
    }

    /**
     * A decision.
     *
     * @param labels what they shall be, with {@code relabel} only
     */
    public record Wanted(
            @Nullable Verdict verdict,
            @Nullable List<@Nullable String> labels,
            @Nullable String reason) {}

    @GET
    public ImageDecision get(String dataset, String id) {
        return ImageDecision.of(image(dataset, id)).orElseThrow(() -> new NotFoundException("decision", id));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    public ImageDecision put(
            String dataset, String id, @QueryParam("by") @Nullable String by, @Nullable Wanted wanted) {
        DatasetImage image = image(dataset, id);
        if (wanted == null) {
            throw new InvalidParameterException("body", "expected {\"verdict\": …}");
        }
        DecisionLine line = new DecisionLine(null, null, wanted.verdict, wanted.labels, wanted.reason, null, null);
        apply(dataset, line.on(image.id(), new EditStream.Defaults(by, SOURCE)));
        return get(dataset, id);
    }

    @DELETE
    public Response withdraw(String dataset, String id, @QueryParam("by") @Nullable String by) {
        ImageId image = get(dataset, id).id();
        apply(dataset, new ImageEdit(image, Author.of(by, SOURCE), null, null, ImageEdit.Decided.WITHDRAWN));
        return Response.noContent().build();
    }

    private void apply(String dataset, ImageEdit edit) {
        editing.apply(dataset, List.of(edit)).getFirst().ifPresent(reason -> {
            throw new InvalidParameterException("id", reason);
        });
    }

    private DatasetImage image(String dataset, String id) {
        return datasets.image(dataset, ImageResource.id("id", id)).image();
    }
}
