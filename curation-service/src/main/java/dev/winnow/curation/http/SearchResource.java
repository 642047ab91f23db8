package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.search.SimilaritySearch;
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
import org.jspecify.annotations.Nullable;

/** Similarity search: by an image of the dataset, by a vector, by a text, or by an uploaded image. */
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

    /** What to look for: exactly one of id, vector and text. */
    public record Query(
            @Nullable String id,
            float @Nullable [] vector,
            @Nullable String text,
            @Nullable JsonNode filter,
            @Nullable Integer limit) {}

    /** An image found; distance is 1 − similarity. */
    public record HitView(@JsonUnwrapped ImageView image, double similarity, double distance) {}

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

        private static HitView view(VectorIndex.Hit hit) {
            return new HitView(new ImageView(hit.image()), hit.similarity(), 1 - hit.similarity());
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
        Filter filter = FilterJson.parse(query.filter);
        int limit = query.limit == null ? 10 : query.limit;
        checkLimit(limit);
        if (query.id != null) {
            return new Answer(search.byImage(dataset, ImageResource.id("id", query.id), filter, limit));
        }
        if (query.text != null) {
            return new Answer(search.byText(dataset, query.text, filter, limit));
        }
        float[] vector = query.vector == null ? new float[0] : query.vector;
        return new Answer(search.byVector(dataset, vector, filter, limit));
    }

    @POST
    @Consumes({"image/*", MediaType.APPLICATION_OCTET_STREAM})
    public Answer searchByUpload(
            String dataset,
            InputStream body,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("limit") @DefaultValue("10") int limit)
            throws IOException {
        checkLimit(limit);
        Filter parsed = FilterJson.parse(json, filter);
        // One byte more than allowed is enough for the embedding service to refuse it as too large.
        return new Answer(search.byUpload(dataset, body.readNBytes(MAX_UPLOAD + 1), parsed, limit));
    }

    private static void checkLimit(int limit) {
        InvalidParameterException.checkRange("limit", limit, 1, 10_000);
    }
}
