package dev.winnow.embedding.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What people decided about images ({@link PointSchema#DECISIONS}), taken over from the collections of other models. The
 * collection that was active last counts: if it has the image, its decisions are the newest, also if they are none.
 */
final class Decisions {

    private static final int PAGE = 256;

    private final QdrantClient client;
    private final CollectionLayout.Caller caller;
    private final Duration timeout;

    Decisions(QdrantClient client, CollectionLayout.Caller caller, Duration timeout) {
        this.client = client;
        this.caller = caller;
        this.timeout = timeout;
    }

    /**
     * The decisions about these images, by the first of the collections that has them; images that none of them has are
     * left out.
     *
     * @param collections the one that was active last first
     */
    Map<PointId, Map<String, Value>> of(List<PointId> images, List<String> collections) {
        Map<PointId, Map<String, Value>> found = new HashMap<>();
        for (String collection : collections) {
            List<PointId> missing =
                    images.stream().filter(image -> !found.containsKey(image)).toList();
            if (missing.isEmpty()) {
                break;
            }
            List<RetrievedPoint> points = caller.call(
                    "retrieve decisions",
                    client.retrieveAsync(
                            collection,
                            missing,
                            WithPayloadSelectorFactory.include(PointSchema.DECISIONS),
                            WithVectorsSelectorFactory.enable(false),
                            null,
                            timeout));
            points.forEach(point -> found.put(point.getId(), point.getPayloadMap()));
        }
        return found;
    }

    /**
     * Makes the decisions in {@code target} those of the other collections, for every image that one of them has. Can be
     * repeated at any time: only differences are written.
     *
     * @param collections the one that was active last first
     * @param unneeded asked before each page; true ends it
     */
    void takeOver(String target, List<String> collections, BooleanSupplier unneeded) {
        @Nullable PointId from = null;
        do {
            if (unneeded.getAsBoolean()) {
                return;
            }
            ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                    .setCollectionName(target)
                    .setLimit(PAGE)
                    .setWithPayload(WithPayloadSelectorFactory.include(PointSchema.DECISIONS))
                    .setWithVectors(WithVectorsSelectorFactory.enable(false));
            if (from != null) {
                scroll.setOffset(from);
            }
            ScrollResponse page = caller.call("scroll", client.scrollAsync(scroll.build(), timeout));
            takeOver(target, page.getResultList(), collections);
            from = page.hasNextPageOffset() ? page.getNextPageOffset() : null;
        } while (from != null);
    }

    private void takeOver(String target, List<RetrievedPoint> points, List<String> collections) {
        Map<PointId, Map<String, Value>> newest =
                of(points.stream().map(RetrievedPoint::getId).toList(), collections);
        List<ListenableFuture<?>> answers = new ArrayList<>();
        for (RetrievedPoint point : points) {
            Map<String, Value> wanted = newest.get(point.getId());
            if (wanted == null || wanted.equals(point.getPayloadMap())) {
                continue;
            }
            List<String> dropped = point.getPayloadMap().keySet().stream()
                    .filter(key -> !wanted.containsKey(key))
                    .collect(Collectors.toList());
            if (!dropped.isEmpty()) {
                answers.add(client.deletePayloadAsync(target, dropped, List.of(point.getId()), true, null, timeout));
            }
            if (!wanted.isEmpty()) {
                answers.add(client.setPayloadAsync(target, wanted, point.getId(), true, null, timeout));
            }
        }
        answers.forEach(answer -> caller.call("write decisions", answer));
    }
}
