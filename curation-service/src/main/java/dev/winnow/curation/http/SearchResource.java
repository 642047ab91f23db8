package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.search.SimilaritySearch;
import dev.winnow.curation.search.SimilaritySearch.Among;
import dev.winnow.curation.search.SimilaritySearch.Match;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Similarity search among images or boxes: by one of the dataset, by a vector, by a text, or by an uploaded image. */
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

    /** What to look for: exactly one of id, vector and text; among which kind: image (the default) or object. */
    public record Query(
            @Nullable String id,
            float @Nullable [] vector,
            @Nullable String text,
            @Nullable String kind,
            @Nullable JsonNode filter,
            @Nullable Integer limit) {}

    /** An image or a box that was found; distance is 1 − similarity. */
    @Schema(oneOf = {HitView.OfImage.class, HitView.OfObject.class})
    public sealed interface HitView {
        record OfImage(@JsonUnwrapped ImageView image, double similarity, double distance) implements HitView {}

        record OfObject(@JsonUnwrapped ObjectView object, double similarity, double distance) implements HitView {}
    }

    /** What was found, best first; {@code truncated} if the text asked for was cut. */
    public record Answer(List<HitView> hits, String model, boolean exact, boolean truncated, Freshness freshness) {
        Answer(SimilaritySearch.Found found) {
            this(
                    found.hits().stream().map(Answer::view).toList(),
                    found.model(),
                    found.exact(),
                    found.truncated(),
                    found.freshness());
        }

        private static HitView view(Match match) {
            double similarity = match.similarity();
            return switch (match) {
                case Match.OfImage hit -> new HitView.OfImage(new ImageView(hit.image()), similarity, 1 - similarity);
                case Match.OfObject hit ->
                    new HitView.OfObject(new ObjectView(hit.object()), similarity, 1 - similarity);
            };
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Answer search(String dataset, @Nullable Query query) {
        if (query == null
                || Stream.of(query.id, query.vector, query.text)
                                .filter(Objects::nonNull)
                                .count()
                        != 1) {
            throw new InvalidParameterException("body", "expected exactly one of id, vector and text");
        }
        Among among = among(query.kind);
        Filter filter = FilterJson.parse(query.filter);
        int limit = query.limit == null ? 10 : query.limit;
        checkLimit(limit);
        if (query.id != null) {
            ImageId id = ImageResource.id("id", query.id);
            return new Answer(
                    switch (among) {
                        case IMAGES -> search.byImage(dataset, id, filter, limit);
                        case OBJECTS -> search.objectsByPoint(dataset, id.value(), filter, limit);
                    });
        }
        if (query.text != null) {
            return new Answer(search.byText(dataset, query.text, among, filter, limit));
        }
        float[] vector = query.vector == null ? new float[0] : query.vector;
        return new Answer(search.byVector(dataset, vector, among, filter, limit));
    }

    @POST
    @Consumes({"image/*", MediaType.APPLICATION_OCTET_STREAM})
    public Answer searchByUpload(
            String dataset,
            InputStream body,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("limit") @DefaultValue("10") int limit)
            throws IOException {
        checkLimit(limit);
        Among among = among(kind);
        Filter parsed = FilterJson.parse(json, filter);
        // One byte more than allowed is enough for the embedding service to refuse it as too large.
        return new Answer(search.byUpload(dataset, body.readNBytes(MAX_UPLOAD + 1), among, parsed, limit));
    }

    private static Among among(@Nullable String kind) {
        return switch (kind) {
            case null -> Among.IMAGES;
            case PointSchema.KIND_IMAGE -> Among.IMAGES;
            case PointSchema.KIND_OBJECT -> Among.OBJECTS;
            default -> throw new InvalidParameterException("kind", "expected image or object, got " + kind);
        };
    }

    private static void checkLimit(int limit) {
        InvalidParameterException.checkRange("limit", limit, 1, 10_000);
    }
}
