package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.http.SliceView.ImageOfSlice;
import dev.winnow.curation.jobs.JobImages;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceImages;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceRef;
import dev.winnow.curation.slices.Slices;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The slices of a dataset. The entity tag of a slice is the number of the version. */
@Path("/v1/datasets/{dataset}/slices")
@RunOnVirtualThread
public class SliceResource {

    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final Pattern TAG = Pattern.compile("\"([^\"]*)\"");

    private final Slices slices;
    private final SliceImages images;
    private final JobImages jobs;
    private final Datasets datasets;

    SliceResource(Slices slices, SliceImages images, JobImages jobs, Datasets datasets) {
        this.slices = slices;
        this.images = images;
        this.jobs = jobs;
        this.datasets = datasets;
    }

    /** The latest version of each; {@code nextCursor} is null on the last page. */
    public record SliceList(
            List<SliceView> slices, @Nullable String nextCursor) {}

    /** The latest first. */
    public record VersionList(List<SliceView> versions) {}

    /** Images of a version, ascending by id; {@code nextCursor} is null on the last page. */
    public record SliceImageList(
            String name,
            int version,
            List<ImageOfSlice> images,
            @Nullable String nextCursor,
            Freshness freshness) {}

    /**
     * How a version differs from another one.
     *
     * @param counts of all images; only on the first page
     * @param images those that differ, ascending by id
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SliceDifference(
            String slice,
            String other,
            SliceImages.@Nullable Counts counts,
            List<SliceImages.Changed> images,
            @JsonInclude @Nullable String nextCursor) {}

    @GET
    public SliceList list(
            String dataset,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 100);
        Slices.SlicePage page = slices.list(dataset, limit, cursor);
        return new SliceList(page.slices().stream().map(SliceView::new).toList(), page.next());
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Path("/{name}")
    @APIResponse(
            responseCode = "201",
            description = "A new version, and its ETag",
            content = @Content(schema = @Schema(implementation = SliceView.class)))
    @APIResponse(
            responseCode = "200",
            description = "The latest version, which says the same of the same images",
            content = @Content(schema = @Schema(implementation = SliceView.class)))
    @APIResponse(responseCode = "412", description = "The latest version is not the one expected")
    public Response put(
            String dataset,
            String name,
            @QueryParam("by") @DefaultValue("anonymous") String by,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @Nullable SliceRequest wanted) {
        SliceName slice = new SliceName(dataset, name);
        if (wanted == null) {
            throw new InvalidParameterException("body", SliceRequest.EXPECTED);
        }
        Slices.Made made = slices.make(
                slice, wanted.source(dataset, jobs), by, wanted.description(), expected(ifMatch, ifNoneMatch));
        return Response.status(made.isNew() ? Response.Status.CREATED : Response.Status.OK)
                .tag(tag(made.slice()))
                .entity(new SliceView(made.slice(), made.missing()))
                .build();
    }

    /** What must be true of the latest version, 0 for none (RFC 9110, section 13.1). */
    private static IntPredicate expected(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        IntPredicate matches = ifMatch == null ? latest -> true : named(ifMatch);
        return ifNoneMatch == null ? matches : matches.and(named(ifNoneMatch).negate());
    }

    private static IntPredicate named(String header) {
        if (header.strip().equals("*")) {
            return latest -> latest > 0;
        }
        Set<String> tags = TAG.matcher(header)
                .results()
                .map((MatchResult tag) -> tag.group(1))
                .collect(Collectors.toSet());
        return latest -> tags.contains(Integer.toString(latest));
    }

    @GET
    @Path("/{name}")
    @APIResponse(
            responseCode = "200",
            description = "A version, and its ETag",
            content = @Content(schema = @Schema(implementation = SliceView.class)))
    public Response get(
            String dataset, String name, @QueryParam("version") @Nullable Integer version, @Context Request request) {
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag(slice));
        return unchanged != null
                ? unchanged.build()
                : Response.ok(new SliceView(slice)).tag(tag(slice)).build();
    }

    @GET
    @Path("/{name}/versions")
    public VersionList versions(String dataset, String name) {
        return new VersionList(slices.versions(new SliceName(dataset, name)).stream()
                .map(SliceView::new)
                .toList());
    }

    @GET
    @Path("/{name}/images")
    public SliceImageList images(
            String dataset,
            String name,
            @QueryParam("version") @Nullable Integer version,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 1000);
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        SliceImages.Page page = images.page(slice.version(), limit, from(cursor));
        return new SliceImageList(
                name,
                slice.version().version(),
                page.images().stream().map(ImageOfSlice::new).toList(),
                next(page.next()),
                datasets.freshness(dataset));
    }

    @GET
    @Path("/{name}/diff")
    public SliceDifference difference(
            String dataset,
            String name,
            @QueryParam("version") @Nullable Integer version,
            @QueryParam("other") @Nullable String other,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 1000);
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        Slice compared = slices.get(SliceRef.parse("other", dataset, other));
        SliceImages.Difference difference = images.difference(slice.version(), compared.version(), limit, from(cursor));
        return new SliceDifference(
                slice.version().toString(),
                compared.version().toString(),
                difference.counts(),
                difference.images(),
                next(difference.next()));
    }

    @GET
    @Path("/{name}/parquet")
    @APIResponse(
            responseCode = "200",
            description = "The version's images as a Parquet file",
            content =
                    @Content(
                            mediaType = PARQUET,
                            schema =
                                    @Schema(
                                            type = org.eclipse.microprofile.openapi.annotations.enums.SchemaType.STRING,
                                            format = "binary")))
    public Response parquet(
            String dataset, String name, @QueryParam("version") @Nullable Integer version, @Context Request request) {
        Slice slice = slices.get(new SliceRef(new SliceName(dataset, name), version));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag(slice));
        if (unchanged != null) {
            return unchanged.build();
        }
        // Neither a dataset's nor a slice's name has a character that means something in a header.
        return Response.ok(slices.file(slice.version()))
                .type(PARQUET)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s-%s-%d.parquet\""
                                .formatted(dataset, name, slice.version().version()))
                .tag(tag(slice))
                .build();
    }

    /** Deletes all versions; the images stay. */
    @DELETE
    @Path("/{name}")
    public Response delete(String dataset, String name) {
        slices.delete(new SliceName(dataset, name));
        return Response.noContent().build();
    }

    private static EntityTag tag(Slice slice) {
        return new EntityTag(Integer.toString(slice.version().version()));
    }

    private static @Nullable ImageId from(@Nullable String cursor) {
        return cursor == null ? null : ImageResource.id("cursor", cursor);
    }

    private static @Nullable String next(@Nullable ImageId id) {
        return id == null ? null : id.toString();
    }
}
