package dev.winnow.embedding.qdrant;

import static io.qdrant.client.PointIdFactory.id;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.BoxMark;
import dev.winnow.embedding.DependencyUnavailableException;
import dev.winnow.embedding.EmbeddedImage;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.PointStore;
import dev.winnow.embedding.WinnowConfig;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The active model's collection in Qdrant. */
@ApplicationScoped
public class QdrantPointStore implements PointStore {

    /** gRPC's own limit of 4 MB is soon reached by points with vectors. */
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final String collection;
    private final Duration timeout;
    private final ManagedChannel channel;
    private final QdrantClient client;
    private final CollectionLayout layout;
    private final Activation activation;
    private final Decisions decisions;
    private volatile List<String> others = List.of();
    private volatile boolean prepared;
    private volatile boolean begun;

    QdrantPointStore(WinnowConfig config, EmbeddingModel model) {
        WinnowConfig.Qdrant qdrant = config.qdrant();
        ManagedChannelBuilder<?> builder =
                ManagedChannelBuilder.forAddress(qdrant.host(), qdrant.port()).maxInboundMessageSize(MAX_MESSAGE);
        this.channel = (qdrant.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
        // The client's own version check would log an error at each start that comes before Qdrant's.
        QdrantGrpcClient.Builder grpc = QdrantGrpcClient.newBuilder(channel, false, false);
        qdrant.apiKey().ifPresent(grpc::withApiKey);
        this.client = new QdrantClient(grpc.build());
        this.timeout = qdrant.timeout();
        this.collection = PointSchema.collection(model.manifest().id());
        this.layout =
                new CollectionLayout(collection, model.manifest().feature().dimension());
        this.decisions = new Decisions(client, this::call, timeout);
        this.activation = new Activation(
                client, this::call, decisions, timeout, config.model().activate());
    }

    @Override
    public synchronized void prepare() {
        if (!prepared) {
            layout.create(client, this::call);
            others = activation.settle(collection);
            prepared = true;
            begun = true;
        }
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
        Map<PointId, Map<String, Value>> decided =
                decisions.of(images.stream().map(QdrantPointStore::pointId).toList(), others);
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
        delete(images, collection);
        others.forEach(other -> delete(images, other));
    }

    /** Boxes first: while the image's point is there, a look finds what is left of them. */
    private void delete(Collection<ImageId> images, String from) {
        call("delete boxes", client.deleteAsync(from, QdrantObjectPointStore.of(images), timeout));
        call(
                "delete",
                client.deleteAsync(
                        from, images.stream().map(image -> id(image.value())).toList(), timeout));
    }

    /** Whether the collection and its alias have been there since the service started: readers go by the alias. */
    boolean hasBegun() {
        return begun;
    }

    /** Fails unless the server answers. */
    void probe() {
        call("health check", client.healthCheckAsync(PROBE));
    }

    private static PointId pointId(EmbeddedImage image) {
        return id(ImageId.of(image.key()).value());
    }

    QdrantClient client() {
        return client;
    }

    String collection() {
        return collection;
    }

    <T> T call(String what, ListenableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            switch (Status.fromThrowable(e).getCode()) {
                // The collection or a point went away meanwhile: look again before the next attempt.
                case NOT_FOUND -> prepared = false;
                // The connection may lead nowhere without either side having noticed: take a new one.
                case DEADLINE_EXCEEDED -> channel.enterIdle();
                default -> {}
            }
            Throwable cause = e.getCause() instanceof StatusRuntimeException status ? status : e;
            throw new DependencyUnavailableException("vector database, " + what, cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted during " + what);
        }
    }

    @PreDestroy
    void close() {
        client.close();
        channel.shutdownNow();
    }
}
