package dev.winnow.embedding.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;

import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.Comparison;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchParams;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The collection {@code winnow} against {@code winnow-next}, image by image. */
final class PointComparison {

    private static final int K = 10;
    private static final int PAGE = 1000;

    private final QdrantConnection qdrant;

    PointComparison(QdrantConnection qdrant) {
        this.qdrant = qdrant;
    }

    private record Image(PointId id, String dataset) {}

    Comparison run(int sampleSize, long seed) {
        Sample<Image> sample = new Sample<>(sampleSize, seed);
        long images = 0;
        long missing = 0;
        ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                .setCollectionName(PointSchema.ALIAS)
                .setFilter(images())
                .setLimit(PAGE)
                .setWithPayload(WithPayloadSelectorFactory.include(
                        List.of(PointSchema.ETAG, PointSchema.OBJECTS_ETAG, PointSchema.DATASET)))
                .setWithVectors(WithVectorsSelectorFactory.enable(false));
        boolean more;
        do {
            ScrollResponse page = qdrant.call("scroll", qdrant.client().scrollAsync(scroll.build(), qdrant.timeout()));
            Map<PointId, String> next = nextEtags(page.getResultList());
            for (RetrievedPoint point : page.getResultList()) {
                images++;
                if (madeFrom(point).equals(next.get(point.getId()))) {
                    sample.offer(new Image(point.getId(), text(point, PointSchema.DATASET)));
                } else {
                    missing++;
                }
            }
            more = page.hasNextPageOffset();
            scroll.setOffset(page.getNextPageOffset());
        } while (more);
        long nextImages = qdrant.call(
                "count", qdrant.client().countAsync(PointSchema.NEXT_ALIAS, images().build(), true, qdrant.timeout()));
        return new Comparison(images, nextImages, missing, overlap(sample.taken(), seed));
    }

    private Map<PointId, String> nextEtags(List<RetrievedPoint> points) {
        Map<PointId, String> etags = new HashMap<>();
        if (!points.isEmpty()) {
            qdrant.call(
                            "retrieve",
                            qdrant.client()
                                    .retrieveAsync(
                                            PointSchema.NEXT_ALIAS,
                                            points.stream()
                                                    .map(RetrievedPoint::getId)
                                                    .toList(),
                                            WithPayloadSelectorFactory.include(
                                                    List.of(PointSchema.ETAG, PointSchema.OBJECTS_ETAG)),
                                            WithVectorsSelectorFactory.enable(false),
                                            null,
                                            qdrant.timeout()))
                    .forEach(point -> etags.put(point.getId(), madeFrom(point)));
        }
        return etags;
    }

    private Comparison.@Nullable Overlap overlap(List<Image> sample, long seed) {
        double sum = 0;
        int compared = 0;
        for (Image image : sample) {
            Set<PointId> active = neighbours(PointSchema.ALIAS, image);
            if (!active.isEmpty()) {
                Set<PointId> both = new HashSet<>(active);
                both.retainAll(neighbours(PointSchema.NEXT_ALIAS, image));
                sum += (double) both.size() / active.size();
                compared++;
            }
        }
        return compared == 0 ? null : new Comparison.Overlap(K, compared, seed, sum / compared);
    }

    /** The nearest images of the same dataset, without the image itself, by comparing all of them. */
    private Set<PointId> neighbours(String collection, Image image) {
        QueryPoints query = QueryPoints.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(image.id()))
                .setFilter(images().addMust(matchKeyword(PointSchema.DATASET, image.dataset())))
                .setLimit(K)
                .setParams(SearchParams.newBuilder().setExact(true))
                .build();
        return qdrant.call("query", qdrant.client().queryAsync(query, qdrant.timeout())).stream()
                .map(ScoredPoint::getId)
                .collect(Collectors.toSet());
    }

    private static Filter.Builder images() {
        return Filter.newBuilder().addMust(matchKeyword(PointSchema.KIND, PointSchema.KIND_IMAGE));
    }

    /** The entity tags of the image's bytes and of its boxes. */
    private static String madeFrom(RetrievedPoint point) {
        return text(point, PointSchema.ETAG) + " " + text(point, PointSchema.OBJECTS_ETAG);
    }

    private static String text(RetrievedPoint point, String key) {
        return point.getPayloadMap()
                .getOrDefault(key, Value.getDefaultInstance())
                .getStringValue();
    }
}
