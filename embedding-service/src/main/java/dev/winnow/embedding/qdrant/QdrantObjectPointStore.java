package dev.winnow.embedding.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.PointIdFactory.id;

import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.EmbeddedObject;
import dev.winnow.embedding.ObjectPointStore;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The points of boxes, in the collection of the images. */
final class QdrantObjectPointStore implements ObjectPointStore {

    private static final int PAGE = 1_000;

    /** A box's point has up to 16 KB of vector. */
    private static final int POINTS_A_CALL = 256;

    private final QdrantConnection qdrant;
    private final String collection;
    private final Duration timeout;

    QdrantObjectPointStore(QdrantConnection qdrant, String collection) {
        this.qdrant = qdrant;
        this.collection = collection;
        this.timeout = qdrant.timeout();
    }

    /** The points of the boxes of some images. */
    static Filter of(Collection<ImageId> images) {
        return Filter.newBuilder()
                .addMust(matchKeyword(PointSchema.KIND, PointSchema.KIND_OBJECT))
                .addMust(matchKeywords(
                        PointSchema.PARENT,
                        images.stream().map(ImageId::toString).toList()))
                .build();
    }

    @Override
    public Map<ObjectId, KnownObject> known(ImageId image) {
        Map<ObjectId, KnownObject> known = new HashMap<>();
        @Nullable PointId from = null;
        do {
            ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                    .setCollectionName(collection)
                    .setFilter(of(List.of(image)))
                    .setLimit(PAGE)
                    .setWithPayload(WithPayloadSelectorFactory.include(List.of(PointSchema.CROP, PointSchema.LABELS)))
                    .setWithVectors(WithVectorsSelectorFactory.enable(false));
            if (from != null) {
                scroll.setOffset(from);
            }
            ScrollResponse page = qdrant.call("scroll boxes", client().scrollAsync(scroll.build(), timeout));
            page.getResultList()
                    .forEach(point ->
                            known.put(new ObjectId(UUID.fromString(point.getId().getUuid())), known(point)));
            from = page.hasNextPageOffset() ? page.getNextPageOffset() : null;
        } while (from != null);
        return known;
    }

    private static KnownObject known(RetrievedPoint point) {
        Value none = Value.getDefaultInstance();
        List<Value> labels = point.getPayloadOrDefault(PointSchema.LABELS, none)
                .getListValue()
                .getValuesList();
        return new KnownObject(
                point.getPayloadOrDefault(PointSchema.CROP, none).getStringValue(),
                labels.isEmpty() ? "" : labels.getFirst().getStringValue());
    }

    @Override
    public Map<ObjectId, CropVector> vectors(Collection<ObjectId> objects) {
        Map<ObjectId, CropVector> vectors = new HashMap<>();
        for (List<ObjectId> part : Iterables.partition(objects, POINTS_A_CALL)) {
            qdrant.call(
                            "retrieve vectors of boxes",
                            client().retrieveAsync(
                                            collection,
                                            part.stream()
                                                    .map(object -> id(object.value()))
                                                    .toList(),
                                            WithPayloadSelectorFactory.include(List.of(PointSchema.CROP)),
                                            WithVectorsSelectorFactory.enable(true),
                                            null,
                                            timeout))
                    .forEach(point -> vectors.put(
                            new ObjectId(UUID.fromString(point.getId().getUuid())),
                            new CropVector(
                                    point.getPayloadOrDefault(PointSchema.CROP, Value.getDefaultInstance())
                                            .getStringValue(),
                                    QdrantPointStore.vector(point))));
        }
        return vectors;
    }

    @Override
    public void write(List<EmbeddedObject> objects) {
        for (List<EmbeddedObject> part : Lists.partition(objects, POINTS_A_CALL)) {
            List<PointStruct> points = part.stream()
                    .map(object -> PointStruct.newBuilder()
                            .setId(id(object.id().value()))
                            .setVectors(VectorsFactory.vectors(object.vector()))
                            .putAllPayload(Payload.of(object))
                            .build())
                    .toList();
            qdrant.call("upsert boxes", client().upsertAsync(collection, points, timeout));
        }
    }

    @Override
    public void relabel(Map<ObjectId, String> labels) {
        List<ListenableFuture<?>> answers = new ArrayList<>();
        labels.forEach((object, label) -> answers.add(client().setPayloadAsync(
                        collection,
                        Map.of(PointSchema.LABELS, Payload.labels(label)),
                        id(object.value()),
                        true,
                        null,
                        timeout)));
        answers.forEach(answer -> qdrant.call("relabel boxes", answer));
    }

    @Override
    public void remove(Collection<ObjectId> objects) {
        qdrant.call(
                "delete boxes",
                client().deleteAsync(
                                collection,
                                objects.stream()
                                        .map(object -> id(object.value()))
                                        .toList(),
                                timeout));
    }

    private QdrantClient client() {
        return qdrant.client();
    }
}
