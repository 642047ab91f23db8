package dev.winnow.curation;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
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

    private final QdrantClient client;
    private final Map<String, List<float[]>> vectors = new HashMap<>();

    PointsFixture(QdrantClient client) {
        this.client = client;
    }

    void createCollection(int dimension) {
        String collection = PointSchema.collection("test");
        try {
            client.createCollectionAsync(
                            collection,
                            VectorParams.newBuilder()
                                    .setSize(dimension)
                                    .setDistance(Distance.Cosine)
                                    .build())
                    .get();
            for (PointSchema.Index index : PointSchema.INDEXES) {
                PayloadSchemaType type =
                        switch (index.type()) {
                            case TENANT, KEYWORD -> PayloadSchemaType.Keyword;
                            case INTEGER -> PayloadSchemaType.Integer;
                            case FLOAT -> PayloadSchemaType.Float;
                            case DATETIME -> PayloadSchemaType.Datetime;
                        };
                client.createPayloadIndexAsync(collection, index.key(), type, null, true, null, null)
                        .get();
            }
            client.createAliasAsync(PointSchema.ALIAS, collection).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Image {@code i} is {@code cluster-{c}/{i}.jpg} for planted clusters of 40, 20 and the rest, 100 + i pixels wide. */
    void put(String dataset, List<float[]> rows) {
        vectors.put(dataset, rows);
        List<PointStruct> points = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            points.add(PointStruct.newBuilder()
                    .setId(PointIdFactory.id(id(dataset, i).value()))
                    .setVectors(VectorsFactory.vectors(rows.get(i)))
                    .putPayload(PointSchema.DATASET, ValueFactory.value(dataset))
                    .putPayload(PointSchema.PATH, ValueFactory.value(path(dataset, i)))
                    .putPayload(PointSchema.KIND, ValueFactory.value(PointSchema.KIND_IMAGE))
                    .putPayload(PointSchema.SHA256, ValueFactory.value("sha" + i))
                    .putPayload(PointSchema.PHASH, ValueFactory.value("00000000000000ff"))
                    .putPayload(PointSchema.ETAG, ValueFactory.value("etag" + i))
                    .putPayload(PointSchema.FORMAT, ValueFactory.value("jpeg"))
                    .putPayload(PointSchema.BYTES, ValueFactory.value(1000))
                    .putPayload(PointSchema.WIDTH, ValueFactory.value(100 + i))
                    .putPayload(PointSchema.HEIGHT, ValueFactory.value(100))
                    .putPayload(PointSchema.SHARPNESS, ValueFactory.value(1.5))
                    .build());
        }
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
