package dev.winnow.curation;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Writes points as the embedding worker does. */
@ApplicationScoped
class PointsFixture {

    static final int DIMENSION = 16;

    private final QdrantClient client;
    private boolean created;
    private final Map<String, List<float[]>> vectors = new HashMap<>();

    PointsFixture(QdrantClient client) {
        this.client = client;
    }

    /** Once for all tests that share the servers. */
    void createCollection() {
        if (created) {
            return;
        }
        created = true;
        String collection = PointSchema.collection("test");
        try {
            client.createCollectionAsync(
                            collection,
                            VectorParams.newBuilder()
                                    .setSize(DIMENSION)
                                    .setDistance(Distance.Cosine)
                                    .build())
                    .get();
            for (PointSchema.Index index : PointSchema.INDEXES) {
                client.createPayloadIndexAsync(collection, index.key(), type(index), null, true, null, null)
                        .get();
            }
            client.createAliasAsync(PointSchema.ALIAS, collection).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    static PayloadSchemaType type(PointSchema.Index index) {
        return switch (index.type()) {
            case TENANT, KEYWORD -> PayloadSchemaType.Keyword;
            case INTEGER -> PayloadSchemaType.Integer;
            case FLOAT -> PayloadSchemaType.Float;
            case DATETIME -> PayloadSchemaType.Datetime;
        };
    }

    /** Makes another model the active one, as a change of model does; its collection is made empty if it is missing. */
    void activate(String model, int dimension) {
        String collection = PointSchema.collection(model);
        try {
            if (!client.collectionExistsAsync(collection).get()) {
                client.createCollectionAsync(
                                collection,
                                VectorParams.newBuilder()
                                        .setSize(dimension)
                                        .setDistance(Distance.Cosine)
                                        .build())
                        .get();
            }
            String before = client.listAliasesAsync().get().stream()
                    .filter(alias -> alias.getAliasName().equals(PointSchema.ALIAS))
                    .findFirst()
                    .orElseThrow()
                    .getCollectionName();
            client.updateAliasesAsync(
                            List.of(name(PointSchema.ALIAS, collection), name(PointSchema.PREVIOUS_ALIAS, before)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static AliasOperations name(String alias, String collection) {
        return AliasOperations.newBuilder()
                .setCreateAlias(CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection))
                .build();
    }

    /** A whole number of an image's payload. */
    long number(ImageId image, String key) {
        try {
            return client.retrieveAsync(PointSchema.ALIAS, PointIdFactory.id(image.value()), true, false, null)
                    .get()
                    .getFirst()
                    .getPayloadOrThrow(key)
                    .getIntegerValue();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Image {@code i} is {@code cluster-{c}/{i}.jpg} for planted clusters of 40, 20 and the rest, 100 + i pixels wide. */
    void put(String dataset, List<float[]> rows) {
        vectors.put(dataset, rows);
        List<PointStruct> points = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            points.add(image(new ObjectKey(dataset, path(dataset, i)), i, rows.get(i), 100 + i, 100));
        }
        upsert(points);
    }

    /** An image of a certain size. */
    void putImage(ObjectKey key, float[] vector, int width, int height) {
        upsert(List.of(image(key, 0, vector, width, height)));
    }

    private static PointStruct image(ObjectKey key, int i, float[] vector, int width, int height) {
        return PointStruct.newBuilder()
                .setId(PointIdFactory.id(ImageId.of(key).value()))
                .setVectors(VectorsFactory.vectors(vector))
                .putPayload(PointSchema.DATASET, ValueFactory.value(key.dataset()))
                .putPayload(PointSchema.PATH, ValueFactory.value(key.path()))
                .putPayload(PointSchema.KIND, ValueFactory.value(PointSchema.KIND_IMAGE))
                .putPayload(PointSchema.SHA256, ValueFactory.value("sha" + i))
                .putPayload(PointSchema.PHASH, ValueFactory.value("00000000000000ff"))
                .putPayload(PointSchema.ETAG, ValueFactory.value("etag" + i))
                .putPayload(PointSchema.FORMAT, ValueFactory.value("jpeg"))
                .putPayload(PointSchema.BYTES, ValueFactory.value(1000))
                .putPayload(PointSchema.WIDTH, ValueFactory.value(width))
                .putPayload(PointSchema.HEIGHT, ValueFactory.value(height))
                .putPayload(PointSchema.SHARPNESS, ValueFactory.value(1.5))
                .build();
    }

    /** What a person, or a job, has written on some images. */
    void setPayload(List<ImageId> images, String key, Value value) {
        try {
            client.setPayloadAsync(
                            PointSchema.collection("test"),
                            Map.of(key, value),
                            images.stream()
                                    .map(image -> PointIdFactory.id(image.value()))
                                    .toList(),
                            true,
                            null,
                            null)
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** A box of an image. */
    void putObject(ObjectKey image, String object, String label, Box box, float[] vector) {
        ImageId parent = ImageId.of(image);
        upsert(List.of(PointStruct.newBuilder()
                .setId(PointIdFactory.id(ObjectId.of(parent, object).value()))
                .setVectors(VectorsFactory.vectors(vector))
                .putPayload(PointSchema.DATASET, ValueFactory.value(image.dataset()))
                .putPayload(PointSchema.PATH, ValueFactory.value(image.path()))
                .putPayload(PointSchema.KIND, ValueFactory.value(PointSchema.KIND_OBJECT))
                .putPayload(PointSchema.PARENT, ValueFactory.value(parent.toString()))
                .putPayload(PointSchema.OBJECT, ValueFactory.value(object))
                .putPayload(PointSchema.LABELS, ValueFactory.list(List.of(ValueFactory.value(label))))
                .putPayload(
                        PointSchema.BOX,
                        ValueFactory.list(
                                box.numbers().stream().map(ValueFactory::value).toList()))
                .build()));
    }

    private void upsert(List<PointStruct> points) {
        try {
            client.upsertAsync(PointSchema.collection("test"), points).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    ImageId id(String dataset, int i) {
        return ImageId.of(new ObjectKey(dataset, path(dataset, i)));
    }

    String path(String dataset, int i) {
        return "cluster-%d/%03d.jpg".formatted(i < 40 ? 0 : i < 60 ? 1 : 2, i);
    }

    float[] vector(String dataset, int i) {
        return Objects.requireNonNull(vectors.get(dataset)).get(i);
    }
}
