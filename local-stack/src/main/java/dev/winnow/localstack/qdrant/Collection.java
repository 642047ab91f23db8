package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.OptimizerStatus;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.LeafReaderContext;

/** A collection of points in a folder of its own. */
final class Collection implements AutoCloseable {

    private final Path folder;
    private final PointStore store;
    private volatile CollectionSettings settings;

    private Collection(Path folder, CollectionSettings settings) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.store = new PointStore(Files.createDirectories(folder.resolve("points")), settings.codec());
    }

    static Collection open(Path folder) throws IOException {
        return new Collection(folder, CollectionSettings.load(folder));
    }

    PointStore store() {
        return store;
    }

    Metric metric() {
        return settings.metric();
    }

    int dimension() {
        return settings.dimension();
    }

    Map<String, PayloadSchemaInfo> indexedFields() {
        return settings.fields();
    }

    PayloadSchema schema() {
        return PayloadSchema.of(settings.fields());
    }

    /** Adds or removes a field of the schema. What is indexed for search does not depend on it. */
    synchronized void changeSettings(UnaryOperator<CollectionSettings> change) throws IOException {
        CollectionSettings changed = change.apply(settings);
        changed.save(folder);
        settings = changed;
    }

    CollectionInfo info() throws IOException {
        CollectionSettings now = settings;
        return store.read(searcher -> {
            CollectionInfo.Builder info = now.info().toBuilder()
                    .setStatus(CollectionStatus.Green)
                    .setOptimizerStatus(OptimizerStatus.newBuilder().setOk(true))
                    .setSegmentsCount(searcher.getIndexReader().leaves().size())
                    .setPointsCount(searcher.getIndexReader().numDocs());
            long indexed = 0;
            for (LeafReaderContext segment : searcher.getIndexReader().leaves()) {
                if (segment.reader().maxDoc() >= PointCodec.GRAPH_FROM) {
                    indexed += segment.reader().numDocs();
                }
            }
            info.setIndexedVectorsCount(indexed);
            for (Map.Entry<String, PayloadSchemaInfo> field : now.fields().entrySet()) {
                int points = searcher.count(FieldSchema.indexed(field.getKey(), field.getValue()));
                info.putPayloadSchema(
                        field.getKey(),
                        field.getValue().toBuilder().setPoints(points).build());
            }
            return info.build();
        });
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
