package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Item;
import dev.winnow.curation.search.SearchQuery;
import dev.winnow.curation.search.SimilaritySearch;
import dev.winnow.curation.search.SimilaritySearch.Hit;
import dev.winnow.curation.search.Target;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Similarity search among images or boxes: by examples, by a text, or by an uploaded image. */
@Path("/v1/datasets/{dataset}/search")
@RunOnVirtualThread
public class SearchResource {

    private static final int MAX_UPLOAD = 25_000_000;

    private final SimilaritySearch search;
    private final ObjectMapper json;

    SearchResource(SimilaritySearch search, ObjectMapper json) {
        this.search = search;
        this.json = json;
    }

    /** An image or a box that was found; distance is 1 − similarity. */
    @Schema(oneOf = {HitView.OfImage.class, HitView.OfObject.class})
    public sealed interface HitView {
        record OfImage(@JsonUnwrapped ImageView image, double similarity, double distance) implements HitView {}

        record OfObject(@JsonUnwrapped ObjectView object, double similarity, double distance) implements HitView {}

        static List<HitView> of(List<Hit> hits) {
            return hits.stream().map(HitView::of).toList();
        }

        private static HitView of(Hit hit) {
            double similarity = hit.similarity();
            return switch (hit.item()) {
                case Item.OfImage found -> new OfImage(new ImageView(found.image()), similarity, 1 - similarity);
                case Item.OfObject found -> new OfObject(new ObjectView(found.object()), similarity, 1 - similarity);
            };
        }
    }

    /** The best hits that share {@code value}, a label or the number of a cluster. */
    public record GroupView(
            @Schema(oneOf = {String.class, Long.class}) Object value, List<HitView> hits) {}

    /**
     * What was found, best first.
     *
     * @param groups only of a grouped search, which has no hits beside them
     * @param nextCursor null on the last page
     * @param truncated whether the text asked for was cut
     * @param candidates only of a diverse search: how many hits were picked from
     */
    public record Answer(
            List<HitView> hits,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<GroupView> groups,

            @Nullable String nextCursor,
            String model,
            boolean exact,
            boolean truncated,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer candidates,

            Freshness freshness) {

        Answer(SimilaritySearch.Found found) {
            this(
                    HitView.of(found.hits()),
                    found.groups() == null
                            ? null
                            : found.groups().stream()
                                    .map(group -> new GroupView(group.value(), HitView.of(group.hits())))
                                    .toList(),
                    found.nextCursor(),
                    found.model(),
                    found.exact(),
                    found.truncated(),
                    found.candidates(),
                    found.freshness());
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Answer search(String dataset, @Nullable SearchRequest request) {
        if (request == null) {
            throw new InvalidParameterException("body", "expected a JSON object");
        }
        return new Answer(search.search(dataset, request.query()));
    }

    @POST
    @Consumes({"image/*", MediaType.APPLICATION_OCTET_STREAM})
    public Answer searchByUpload(
            String dataset,
            InputStream body,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("min_similarity") @Nullable Double minSimilarity,
            @QueryParam("exact") @Nullable Boolean exact,
            @QueryParam("diversity") @Nullable Double diversity,
            @QueryParam("candidates") @Nullable Integer candidates,
            @QueryParam("group_by") @Nullable String groupBy,
            @QueryParam("group_size") @Nullable Integer groupSize,
            @QueryParam("cursor") @Nullable String cursor)
            throws IOException {
        SearchRequest.Options options = new SearchRequest.Options(
                kind, limit, minSimilarity, exact, diversity, candidates, groupBy, groupSize, cursor);
        // Checked before the body is read; one byte more than allowed is enough to be refused as too large.
        SearchQuery query = options.query(new Target.Upload(new byte[0]), FilterJson.parse(json, filter));
        byte[] file = body.readNBytes(MAX_UPLOAD + 1);
        return new Answer(search.search(dataset, query.with(new Target.Upload(file))));
    }
}
