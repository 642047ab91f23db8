package dev.winnow.embedding.qdrant;

import static io.qdrant.client.PointIdFactory.id;

import com.google.common.collect.Iterables;
import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.BoxMark;
import dev.winnow.embedding.EmbeddedImage;
import dev.winnow.embedding.PointStore;
import dev.winnow.embedding.qdrant.CollectionAliases.Names;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The points of images in a model's collection in Qdrant. */
final class QdrantPointStore implements PointStore {

    /** A point has up to 16 KB of vector. */
    private static final int POINTS_A_CALL = 256;

    private final QdrantConnection qdrant;
    private final QdrantClient client;
    private final Duration timeout;
    private final String collection;
    private final Decisions decisions;
    private final Supplier<Names> names;

    /** @param names which collections there are besides, as known by now */
    QdrantPointStore(QdrantConnection qdrant, String collection, Decisions decisions, Supplier<Names> names) {
        this.qdrant = qdrant;
        this.client = qdrant.client();
        this.timeout = qdrant.timeout();
        this.collection = collection;
        this.decisions = decisions;
        this.names = names;
    }

    @Override
    public Map<ImageId, KnownImage> known(Collection<ImageId> images) {
        List<RetrievedPoint> found = call(
                "retrieve",
                client.retrieveAsync(
                        collection,
                        images.stream().map(image -> id(image.value())).toList(),
                        WithPayloadSelectorFactory.include(
                                List.of(PointSchema.ETAG, PointSchema.OBJECTS, PointSchema.OBJECTS_ETAG)),
                        WithVectorsSelectorFactory.enable(false),
                        null,
                        timeout));
        Map<ImageId, KnownImage> known = new HashMap<>();
        for (RetrievedPoint point : found) {
            Value none = Value.getDefaultInstance();
            known.put(
                    new ImageId(UUID.fromString(point.getId().getUuid())),
                    new KnownImage(
                            point.getPayloadOrDefault(PointSchema.ETAG, none).getStringValue(),
                            new BoxMark(
                                    (int) point.getPayloadOrDefault(PointSchema.OBJECTS, none)
                                            .getIntegerValue(),
                                    point.getPayloadOrDefault(PointSchema.OBJECTS_ETAG, none)
                                            .getStringValue())));
        }
        return known;
    }

    @Override
    public Map<ImageId, EmbeddedImage> read(Collection<ImageId> images) {
        Map<ImageId, EmbeddedImage> read = new HashMap<>();
        for (List<ImageId> part : Iterables.partition(images, POINTS_A_CALL)) {
            call(
                            "retrieve vectors",
                            client.retrieveAsync(
                                    collection,
                                    part.stream()
                                            .map(image -> id(image.value()))
                                            .toList(),
                                    WithPayloadSelectorFactory.enable(true),
                                    WithVectorsSelectorFactory.enable(true),
                                    null,
                                    timeout))
                    .forEach(point -> Payload.image(point.getPayloadMap(), vector(point))
                            .ifPresent(image -> read.put(ImageId.of(image.key()), image)));
        }
        return read;
    }

    /** The vector of a point that was asked for with it. */
    static float[] vector(RetrievedPoint point) {
        List<Float> data = point.getVectors().getVector().getDense().getDataList();
        float[] vector = new float[data.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = data.get(i);
        }
        return vector;
    }

    @Override
    public void mark(ImageId image, BoxMark boxes) {
        PointId point = id(image.value());
        Map<String, Value> payload = Payload.of(boxes);
        List<String> without = Stream.of(PointSchema.OBJECTS, PointSchema.OBJECTS_ETAG)
                .filter(key -> !payload.containsKey(key))
                .toList();
        if (!payload.isEmpty()) {
            call("mark", client.setPayloadAsync(collection, payload, point, true, null, timeout));
        }
        if (!without.isEmpty()) {
            call("mark", client.deletePayloadAsync(collection, without, List.of(point), true, null, timeout));
        }
    }

    @Override
    public void add(List<EmbeddedImage> images) {
        Map<PointId, Map<String, Value>> decided = decisions.of(
                images.stream().map(QdrantPointStore::pointId).toList(),
                names.get().historyBut(collection));
        List<PointStruct> points = images.stream()
                .map(image -> PointStruct.newBuilder()
                        .setId(pointId(image))
                        .setVectors(VectorsFactory.vectors(image.vector()))
                        .putAllPayload(decided.getOrDefault(pointId(image), Map.of()))
                        .putAllPayload(Payload.of(image))
                        .build())
                .toList();
        call("upsert", client.upsertAsync(collection, points, timeout));
    }

    /** Vectors first, the payload with its entity tag last: if it ends in between, the image still counts as changed. */
    @Override
    public void renew(List<EmbeddedImage> images) {
        List<PointVectors> vectors = images.stream()
                .map(image -> PointVectors.newBuilder()
                        .setId(pointId(image))
                        .setVectors(VectorsFactory.vectors(image.vector()))
                        .build())
                .toList();
        call("update vectors", client.updateVectorsAsync(collection, vectors, true, null, timeout));
        Map<PointId, Map<String, Value>> payloads = new HashMap<>();
        images.forEach(image -> payloads.put(pointId(image), Payload.of(image)));
        for (String key : Payload.OPTIONAL) {
            List<PointId> without = payloads.keySet().stream()
                    .filter(point -> !payloads.getOrDefault(point, Map.of()).containsKey(key))
                    .toList();
            if (!without.isEmpty()) {
                call(
                        "delete payload",
                        client.deletePayloadAsync(collection, List.of(key), without, true, null, timeout));
            }
        }
        List<ListenableFuture<?>> answers = new ArrayList<>();
        payloads.forEach((point, payload) ->
                answers.add(client.setPayloadAsync(collection, payload, point, true, null, timeout)));
        answers.forEach(answer -> call("set payload", answer));
    }

    @Override
    public void remove(Collection<ImageId> images) {
        delete(images, collection);
    }

    @Override
    public void forget(Collection<ImageId> images) {
        Names all = names.get();
        Set<String> collections = new LinkedHashSet<>(all.history());
        all.next().ifPresent(collections::add);
        collections.add(collection);
        collections.forEach(each -> delete(images, each));
    }

    /** Boxes first: while the image's point is there, a look finds what is left of them. */
    private void delete(Collection<ImageId> images, String from) {
        call("delete boxes", client.deleteAsync(from, QdrantObjectPointStore.of(images), timeout));
        call(
                "delete",
                client.deleteAsync(
                        from, images.stream().map(image -> id(image.value())).toList(), timeout));
    }

    private <T> T call(String what, ListenableFuture<T> answer) {
        return qdrant.call(what, answer);
    }

    private static PointId pointId(EmbeddedImage image) {
        return id(ImageId.of(image.key()).value());
    }
}
