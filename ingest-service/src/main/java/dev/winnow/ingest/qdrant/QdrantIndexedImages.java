package dev.winnow.ingest.qdrant;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.ingest.IndexedImages;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.UnavailableException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The points behind the alias {@code winnow}, and behind {@code winnow-next} while a change of model fills that collection;
 * without the first alias there are none.
 */
@Singleton
public final class QdrantIndexedImages implements IndexedImages {

    private static final int PAGE = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QdrantClient client;

    public QdrantIndexedImages(IngestConfig config) {
        IngestConfig.Qdrant qdrant = config.qdrant();
        QdrantGrpcClient.Builder builder =
                QdrantGrpcClient.newBuilder(qdrant.host(), qdrant.port(), qdrant.tls(), false);
        qdrant.apiKey().ifPresent(builder::withApiKey);
        client = new QdrantClient(builder.build());
    }

    @PreDestroy
    void close() {
        client.close();
    }

    @Override
    public Map<ImageId, String> etags(Collection<ImageId> images) {
        Map<ImageId, String> etags = active(images, PointSchema.ETAG);
        Optional<Map<ImageId, String>> next = values(images, PointSchema.NEXT_ALIAS, PointSchema.ETAG);
        next.ifPresent(others -> etags.entrySet().retainAll(others.entrySet()));
        return etags;
    }

    @Override
    public Map<ImageId, IndexedBoxes> boxes(Collection<ImageId> images) {
        Map<ImageId, String> seen = active(images, PointSchema.OBJECTS_ETAG);
        Optional<Map<ImageId, String>> next = values(images, PointSchema.NEXT_ALIAS, PointSchema.OBJECTS_ETAG);
        Map<ImageId, IndexedBoxes> boxes = new HashMap<>();
        active(images, PointSchema.PATH).forEach((image, path) -> {
            String etag = seen.getOrDefault(image, "");
            boolean both = next.isEmpty() || etag.equals(next.get().getOrDefault(image, ""));
            boxes.put(image, new IndexedBoxes(path, both ? etag : ""));
        });
        return boxes;
    }

    private Map<ImageId, String> active(Collection<ImageId> images, String key) {
        return values(images, PointSchema.ALIAS, key).orElseGet(HashMap::new);
    }

    /** A text of each image's payload, empty where it has none; nothing at all where there is no such collection. */
    private Optional<Map<ImageId, String>> values(Collection<ImageId> images, String collection, String key) {
        List<PointId> ids =
                images.stream().map(id -> PointIdFactory.id(id.value())).toList();
        return await(
                        Futures.transform(
                                client.retrieveAsync(
                                        collection,
                                        ids,
                                        WithPayloadSelectorFactory.include(List.of(key)),
                                        WithVectorsSelectorFactory.enable(false),
                                        null),
                                Optional::of,
                                MoreExecutors.directExecutor()),
                        Optional.<List<RetrievedPoint>>empty())
                .map(points -> {
                    Map<ImageId, String> values = HashMap.newHashMap(points.size());
                    points.forEach(point -> values.put(
                            id(point),
                            point.getPayloadOrDefault(key, Value.getDefaultInstance())
                                    .getStringValue()));
                    return values;
                });
    }

    @Override
    public Iterator<IndexedImage> list(String dataset) {
        return new Pages(scroll(dataset, PointSchema.ALIAS), page -> page);
    }

    @Override
    public Iterator<IndexedImage> listOnlyNext(String dataset) {
        return new Pages(scroll(dataset, PointSchema.NEXT_ALIAS), page -> {
            Set<ImageId> active = active(
                            page.stream().map(QdrantIndexedImages::id).toList(), PointSchema.ETAG)
                    .keySet();
            return page.stream().filter(point -> !active.contains(id(point))).toList();
        });
    }

    private static ScrollPoints scroll(String dataset, String collection) {
        Filter filter = Filter.newBuilder()
                .addMust(ConditionFactory.matchKeyword(PointSchema.DATASET, dataset))
                .addMust(ConditionFactory.matchKeyword(PointSchema.KIND, PointSchema.KIND_IMAGE))
                .build();
        return ScrollPoints.newBuilder()
                .setCollectionName(collection)
                .setFilter(filter)
                .setLimit(PAGE)
                .setWithPayload(WithPayloadSelectorFactory.include(List.of(PointSchema.PATH)))
                .setWithVectors(WithVectorsSelectorFactory.enable(false))
                .build();
    }

    @Override
    public Set<String> datasets() {
        TreeSet<String> names = new TreeSet<>();
        await(
                        client.facetAsync(FacetCounts.newBuilder()
                                .setCollectionName(PointSchema.ALIAS)
                                .setKey(PointSchema.DATASET)
                                .setLimit(10_000)
                                .build()),
                        List.of())
                .forEach(hit -> names.add(hit.getValue().getStringValue()));
        return names;
    }

    /** Scrolls as it is read. */
    private final class Pages implements Iterator<IndexedImage> {

        private final UnaryOperator<List<RetrievedPoint>> chosen;
        private @Nullable ScrollPoints next;
        private Iterator<RetrievedPoint> page = List.<RetrievedPoint>of().iterator();

        Pages(ScrollPoints first, UnaryOperator<List<RetrievedPoint>> chosen) {
            this.next = first;
            this.chosen = chosen;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && next != null) {
                ScrollResponse response = await(client.scrollAsync(next), ScrollResponse.getDefaultInstance());
                page = chosen.apply(response.getResultList()).iterator();
                next = response.hasNextPageOffset()
                        ? next.toBuilder()
                                .setOffset(response.getNextPageOffset())
                                .build()
                        : null;
            }
            return page.hasNext();
        }

        @Override
        public IndexedImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            RetrievedPoint point = page.next();
            return new IndexedImage(id(point), text(point, PointSchema.PATH));
        }
    }

    private static ImageId id(RetrievedPoint point) {
        return ImageId.parse(point.getId().getUuid());
    }

    private static String text(RetrievedPoint point, String key) {
        return point.getPayloadOrThrow(key).getStringValue();
    }

    private static <T> T await(ListenableFuture<T> answer, T whereMissing) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StatusRuntimeException s
                    && s.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return whereMissing;
            }
            throw new UnavailableException("the index does not answer", e);
        } catch (TimeoutException e) {
            throw new UnavailableException("the index does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("shutting down", e);
        }
    }
}
