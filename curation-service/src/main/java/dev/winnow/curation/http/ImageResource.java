package dev.winnow.curation.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.images.Thumbnail;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.ImageEdit;
import dev.winnow.curation.labels.ImageEditing;
import dev.winnow.curation.labels.LabelTexts;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The images of a dataset. */
@Path("/v1/datasets/{dataset}/images")
@RunOnVirtualThread
public class ImageResource {

    private final Datasets datasets;
    private final VectorIndex index;
    private final ImageEditing editing;
    private final ImageFiles files;
    private final ObjectMapper json;

    ImageResource(Datasets datasets, VectorIndex index, ImageEditing editing, ImageFiles files, ObjectMapper json) {
        this.datasets = datasets;
        this.index = index;
        this.editing = editing;
        this.files = files;
        this.json = json;
    }

    /** A page of images; the cursor of the next page is null on the last one. */
    public record ImageList(
            List<ImageView> images, @Nullable String nextCursor, Freshness freshness) {}

    /**
     * What {@link #patch} changes; a field that is absent stays as it is, an empty list clears it.
     *
     * @param add labels to add to those that are there
     * @param remove labels to take from them
     * @param confidence of who labels, 0 to 1
     */
    public record Patch(
            @Nullable List<@Nullable String> labels,
            @Nullable List<@Nullable String> add,
            @Nullable List<@Nullable String> remove,
            @Nullable List<@Nullable String> tags,
            @Nullable Double confidence) {}

    @GET
    public ImageList list(
            String dataset,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 1000);
        datasets.get(dataset);
        ImageId from = cursor == null ? null : id("cursor", cursor);
        VectorIndex.Page page = index.page(dataset, FilterJson.parse(json, filter), limit, from);
        return new ImageList(
                page.images().stream().map(ImageView::new).toList(),
                page.next() == null ? null : page.next().toString(),
                datasets.freshness(dataset));
    }

    @GET
    @Path("/{id}")
    public ImageView get(String dataset, String id) {
        return new ImageView(image(dataset, id));
    }

    /** Without {@code by} it is nobody's. */
    @PATCH
    @Consumes(MediaType.APPLICATION_JSON)
    @Path("/{id}")
    public ImageView patch(String dataset, String id, @QueryParam("by") @Nullable String by, @Nullable Patch patch) {
        DatasetImage image = image(dataset, id);
        if (patch == null) {
            throw new InvalidParameterException("body", "expected {\"labels\": [...]} or {\"tags\": [...]}");
        }
        ImageEdit edit = new ImageEdit(
                image.id(),
                Author.of(by, "patch"),
                ImageEdit.Labelling.of(patch.labels, patch.add, patch.remove, patch.confidence, null),
                LabelTexts.checked("tags", patch.tags),
                null);
        editing.apply(dataset, List.of(edit)).getFirst().ifPresent(reason -> {
            throw new InvalidParameterException("labels", reason);
        });
        return new ImageView(image(dataset, id));
    }

    @GET
    @Path("/{id}/content")
    public Response content(String dataset, String id, @Context Request request) {
        DatasetImage image = image(dataset, id);
        EntityTag tag = new EntityTag(image.etag());
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        if (unchanged != null) {
            return unchanged.build();
        }
        // The bytes are a stranger's: the browser must not take them for anything but what the worker found.
        return Response.ok(files.open(new ObjectKey(dataset, image.path())))
                .type(ImageFormat.valueOf(image.format().toUpperCase(Locale.ROOT))
                        .mediaType())
                .header("X-Content-Type-Options", "nosniff")
                .tag(tag)
                .build();
    }

    @GET
    @Path("/{id}/thumbnail")
    public Response thumbnail(
            String dataset, String id, @QueryParam("size") @DefaultValue("160") int size, @Context Request request) {
        InvalidParameterException.checkRange("size", size, 16, 1024);
        DatasetImage image = image(dataset, id);
        EntityTag tag = new EntityTag(image.etag() + "-" + size);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        if (unchanged != null) {
            return unchanged.build();
        }
        byte[] file;
        try (InputStream in = files.open(new ObjectKey(dataset, image.path()))) {
            file = in.readAllBytes();
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
        try {
            return Response.ok(Thumbnail.of(file, size))
                    .type("image/jpeg")
                    .tag(tag)
                    .build();
        } catch (IOException e) {
            throw new NotFoundException("thumbnail", id);
        }
    }

    private DatasetImage image(String dataset, String id) {
        return datasets.image(dataset, id("id", id)).image();
    }

    static ImageId id(String field, String text) {
        try {
            return ImageId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(field, "expected an image id, a UUID");
        }
    }
}
