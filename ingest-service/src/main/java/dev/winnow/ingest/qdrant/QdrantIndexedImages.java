package dev.winnow.ingest.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The points behind the alias {@code winnow}; while there is no such alias yet, there are none. */
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
        List<RetrievedPoint> points = retrieve(images, List.of(PointSchema.ETAG));
        Map<ImageId, String> etags = HashMap.newHashMap(points.size());
        for (RetrievedPoint point : points) {
            etags.put(id(point), text(point, PointSchema.ETAG));
        }
        return etags;
    }

    @Override
    public Map<ImageId, IndexedBoxes> boxes(Collection<ImageId> images) {
        List<RetrievedPoint> points = retrieve(images, List.of(PointSchema.PATH, PointSchema.OBJECTS_ETAG));
        Map<ImageId, IndexedBoxes> boxes = HashMap.newHashMap(points.size());
        for (RetrievedPoint point : points) {
            String etag = point.getPayloadOrDefault(PointSchema.OBJECTS_ETAG, Value.getDefaultInstance())
                    .getStringValue();
            boxes.put(id(point), new IndexedBoxes(text(point, PointSchema.PATH), etag));
        }
        return boxes;
    }

    private List<RetrievedPoint> retrieve(Collection<ImageId> images, List<String> payload) {
        List<PointId> ids =
                images.stream().map(id -> PointIdFactory.id(id.value())).toList();
        return await(
                client.retrieveAsync(
                        PointSchema.ALIAS,
                        ids,
                        WithPayloadSelectorFactory.include(payload),
                        WithVectorsSelectorFactory.enable(false),
                        null),
                List.of());
    }

    @Override
    public Iterator<IndexedImage> list(String dataset) {
        Filter filter = Filter.newBuilder()
                .addMust(ConditionFactory.matchKeyword(PointSchema.DATASET, dataset))
                .addMust(ConditionFactory.matchKeyword(PointSchema.KIND, PointSchema.KIND_IMAGE))
                .build();
        return new Pages(ScrollPoints.newBuilder()
                .setCollectionName(PointSchema.ALIAS)
                .setFilter(filter)
                .setLimit(PAGE)
                .setWithPayload(WithPayloadSelectorFactory.include(List.of(PointSchema.PATH)))
                .setWithVectors(WithVectorsSelectorFactory.enable(false))
                .build());
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

        private @Nullable ScrollPoints next;
        private Iterator<RetrievedPoint> page = List.<RetrievedPoint>of().iterator();

        Pages(ScrollPoints first) {
            this.next = first;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && next != null) {
                ScrollResponse response = await(client.scrollAsync(next), ScrollResponse.getDefaultInstance());
                page = response.getResultList().iterator();
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
