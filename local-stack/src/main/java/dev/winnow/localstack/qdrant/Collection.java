package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.OptimizerStatus;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;

/** A collection of points in a folder of its own. */
final class Collection implements Closeable {

    private final Path folder;
    private final PointStore store;
    private volatile CollectionSettings settings;

    private Collection(Path folder, CollectionSettings settings) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.store = new PointStore(
                Files.createDirectories(folder.resolve("points")), new PointUpdates(settings.spaces(), this::schema));
    }

    static Collection open(Path folder) throws IOException {
        return new Collection(folder, CollectionSettings.load(folder));
    }

    /** Its own, whatever aliases it has. */
    String name() {
        return folder.getFileName().toString();
    }

    PointStore store() {
        return store;
    }

    /** What is common to the vectors of each name. */
    Map<String, VectorSpace> spaces() {
        return settings.spaces();
    }

    VectorSpace space(String vectorName) {
        VectorSpace space = settings.spaces().get(vectorName);
        if (space == null) {
            throw QdrantErrors.noVectorName(vectorName);
        }
        return space;
    }

    Map<String, PayloadSchemaInfo> indexedFields() {
        return settings.fields();
    }

    PayloadSchema schema() {
        return PayloadSchema.of(settings.fields());
    }

    /**
     * Between two changes of points, with all earlier ones committed: the schema is part of what a condition means, so
     * none of them may be replayed under another one.
     */
    void changeSettings(UnaryOperator<CollectionSettings> change) throws IOException {
        store.checkpoint(() -> {
            CollectionSettings changed = change.apply(settings);
            changed.save(folder);
            settings = changed;
        });
    }

    CollectionInfo info() throws IOException {
        CollectionSettings now = settings;
        return store.read(searcher -> {
            CollectionInfo.Builder info = now.info().toBuilder()
                    .setStatus(CollectionStatus.Green)
                    .setOptimizerStatus(OptimizerStatus.newBuilder().setOk(true))
                    .setSegmentsCount(searcher.getIndexReader().leaves().size())
                    .setPointsCount(searcher.getIndexReader().numDocs());
            long vectors = 0;
            for (String name : now.spaces().keySet()) {
                vectors += searcher.count(new TermQuery(new Term(PointDocument.VECTOR_NAMES, name)));
            }
            info.setIndexedVectorsCount(vectors);
            for (Map.Entry<String, PayloadSchemaInfo> field : now.fields().entrySet()) {
                int points = searcher.count(FieldSchema.indexed(field.getKey(), field.getValue()));
                info.putPayloadSchema(
                        field.getKey(),
                        field.getValue().toBuilder().setPoints(points).build());
            }
            return info.build();
        });
    }

    /** Closes what is going to be deleted. */
    void discard() throws IOException {
        store.discard();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
