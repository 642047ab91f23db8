package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.Clustering;
import dev.winnow.curation.clusters.CurrentClusters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The clusters of a dataset: those of the last fit, and what has come into them since. */
@Path("/v1/datasets/{dataset}/clusters")
@RunOnVirtualThread
public class ClusterResource {

    private final CurrentClusters clusters;

    ClusterResource(CurrentClusters clusters) {
        this.clusters = clusters;
    }

    /**
     * The last fit.
     *
     * @param clusters from the largest to the smallest at the time of the fit
     * @param noise the images in no cluster, as a cluster of the id −1
     */
    public record ClusterList(
            UUID fit,
            String model,
            String method,
            Map<String, Object> parameters,
            long seed,
            Watermark watermark,
            List<ClusterView> clusters,
            ClusterView noise,
            Freshness freshness) {}

    /**
     * A cluster.
     *
     * @param size how many images the fit put into it
     * @param arrivals how many came since; null where the fit's model is served no more, and the dataset has to be fitted anew
     * @param cohesion mean similarity to its centre; null for noise
     */
    public record ClusterView(
            int id,
            @Nullable String name,
            int size,
            @Nullable Integer arrivals,
            @Nullable Double cohesion) {}

    /** An image of a cluster; {@code arrival} if it came after the fit. */
    public record MemberView(@JsonUnwrapped ImageView image, double similarity, boolean arrival) {}

    /** A page of a cluster's images; the cursor of the next page is null on the last one. */
    public record MemberList(
            List<MemberView> images, @Nullable String nextCursor, Freshness freshness) {}

    @GET
    public ClusterList list(String dataset) {
        CurrentClusters.State state = clusters.state(dataset);
        ClusterFit fit = state.fit();
        return new ClusterList(
                fit.id(),
                fit.model(),
                fit.method(),
                fit.parameters(),
                fit.seed(),
                fit.watermark(),
                fit.clusters().stream()
                        .map(cluster -> new ClusterView(
                                cluster.id(),
                                cluster.name(),
                                cluster.size(),
                                arrivals(state.arrivals(), cluster.id()),
                                cluster.cohesion()))
                        .toList(),
                new ClusterView(
                        Clustering.NOISE, null, fit.noise(), arrivals(state.arrivals(), Clustering.NOISE), null),
                state.freshness());
    }

    @GET
    @Path("/{id}/images")
    public MemberList images(
            String dataset,
            String id,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InvalidParameterException.checkRange("limit", limit, 1, 1000);
        CurrentClusters.Page page = clusters.members(dataset, id(id), limit, cursor);
        return new MemberList(
                page.members().stream()
                        .map(member ->
                                new MemberView(new ImageView(member.image()), member.similarity(), member.arrival()))
                        .toList(),
                page.next(),
                page.freshness());
    }

    private static @Nullable Integer arrivals(@Nullable SortedMap<Integer, Integer> counts, int cluster) {
        return counts == null ? null : counts.getOrDefault(cluster, 0);
    }

    private static int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidParameterException("id", "expected the id of a cluster, or -1 for noise");
        }
    }
}
