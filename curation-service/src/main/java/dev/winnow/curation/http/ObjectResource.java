package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.ObjectEditing;
import dev.winnow.curation.objects.ObjectEditing.Wanted;
import dev.winnow.curation.objects.ObjectStore.Stored;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The boxes of one image. */
@Path("/v1/datasets/{dataset}/images/{id}/objects")
@RunOnVirtualThread
public class ObjectResource {

    private final ObjectEditing editing;

    ObjectResource(ObjectEditing editing) {
        this.editing = editing;
    }

    /**
     * A box as it is kept.
     *
     * @param point the id of its point, for a search
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BoxView(
            String id,
            ObjectId point,
            String label,
            Box box,
            @Nullable ObjectNode attributes,
            @Nullable String source,
            Instant at,
            @Nullable String by) {
        BoxView(ImageId image, ObjectBox object) {
            this(
                    object.id(),
                    ObjectId.of(image, object.id()),
                    object.label(),
                    object.box(),
                    object.attributes(),
                    object.source(),
                    object.at(),
                    object.by());
        }
    }

    /** The boxes of an image; {@code annotated} is false where nobody has said anything of them. */
    public record ObjectList(ImageId image, boolean annotated, List<BoxView> objects) {
        ObjectList(ImageId image, @Nullable Stored stored) {
            this(
                    image,
                    stored != null,
                    stored == null
                            ? List.of()
                            : stored.objects().objects().stream()
                                    .map(object -> new BoxView(image, object))
                                    .toList());
        }
    }

    /** What the boxes are to be; the other fields of {@link ObjectList} may be sent back with them. */
    @JsonIgnoreProperties({"image", "annotated"})
    public record Edit(@Nullable List<Wanted> objects) {}

    @GET
    @APIResponse(
            responseCode = "200",
            description = "The boxes, and their ETag",
            content = @Content(schema = @Schema(implementation = ObjectList.class)))
    public Response get(String dataset, String id) {
        ImageId image = ImageResource.id("id", id);
        return answer(image, editing.find(dataset, image).orElse(null));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @APIResponse(
            responseCode = "200",
            description = "The boxes, and their ETag",
            content = @Content(schema = @Schema(implementation = ObjectList.class)))
    @APIResponse(responseCode = "412", description = "They have changed since they were read")
    public Response put(
            String dataset,
            String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @QueryParam("by") @Nullable String by,
            @Nullable Edit edit) {
        ImageId image = ImageResource.id("id", id);
        if (edit == null || edit.objects == null) {
            throw new InvalidParameterException("body", "expected {\"objects\": [...]}");
        }
        String etag = ifMatch == null ? null : ifMatch.replace("\"", "");
        return answer(image, editing.replace(dataset, image, edit.objects, etag, by));
    }

    private static Response answer(ImageId image, @Nullable Stored stored) {
        Response.ResponseBuilder response = Response.ok(new ObjectList(image, stored));
        return (stored == null ? response : response.tag(new EntityTag(stored.etag()))).build();
    }
}
