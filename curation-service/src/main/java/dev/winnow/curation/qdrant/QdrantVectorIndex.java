package dev.winnow.curation.qdrant;

import static dev.winnow.curation.qdrant.QdrantCalls.TIMEOUT;
import static dev.winnow.curation.qdrant.QdrantCalls.await;
import static dev.winnow.curation.qdrant.QdrantCalls.orWithoutCollection;
import static dev.winnow.curation.qdrant.Tenant.IMAGES;
import static dev.winnow.curation.qdrant.Tenant.OBJECTS;
import static io.qdrant.client.PointIdFactory.id;

import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Edited;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.SimilarityIndex;
import dev.winnow.curation.index.VectorIndex;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The index in Qdrant: read through the alias that names the active collection, or one model's collection by its own name. */
@ApplicationScoped
public class QdrantVectorIndex implements VectorIndex {

    /** A page of vectors stays well under the 4 MiB that gRPC receives by default, at up to 4,096 dimensions. */
    static final int VECTORS_A_PAGE = 200;

    private static final int IDS_A_CALL = 500;
    private static final int OPERATIONS_A_CALL = 200;

    private static final WithPayloadSelector WHOLE = WithPayloadSelectorFactory.enable(true);
    private static final WithPayloadSelector OWNER =
            WithPayloadSelectorFactory.include(List.of(PointSchema.DATASET, PointSchema.KIND));

    private final QdrantClient client;
    private final String collection;
    /** By collection: it never changes, so a search need not ask for it. */
    private final ConcurrentMap<String, Integer> dimensions;

    private final Event<Edited> edited;

    @Inject
    QdrantVectorIndex(QdrantClient client, Event<Edited> edited) {
        this(client, PointSchema.ALIAS, new ConcurrentHashMap<>(), edited);
    }

    private QdrantVectorIndex(
            QdrantClient client, String collection, ConcurrentMap<String, Integer> dimensions, Event<Edited> edited) {
        this.client = client;
        this.collection = collection;
        this.dimensions = dimensions;
        this.edited = edited;
    }

    private QdrantVectorIndex named(String name) {
        return new QdrantVectorIndex(client, name, dimensions, edited);
    }

    @Override
    public Optional<String> model() {
        return Optional.ofNullable(aliases().get(PointSchema.ALIAS)).map(QdrantVectorIndex::model);
    }

    private static String model(String collection) {
        String prefix = PointSchema.collection("");
        return collection.startsWith(prefix) ? collection.substring(prefix.length()) : collection;
    }

    @Override
    public Optional<VectorIndex> of(String model) {
        String its = PointSchema.collection(model);
        Map<String, String> aliases = aliases();
        boolean served =
                its.equals(aliases.get(PointSchema.ALIAS)) || its.equals(aliases.get(PointSchema.PREVIOUS_ALIAS));
        return served ? Optional.of(named(its)) : Optional.empty();
    }

    @Override
    public Optional<Served> served() {
        return Optional.ofNullable(aliases().get(PointSchema.ALIAS))
                .map(active -> new Served(model(active), named(active)));
    }

    @Override
    public SimilarityIndex among(Kind kind) {
        return switch (kind) {
            case IMAGES -> new QdrantSimilarityIndex(client, collection, IMAGES);
            case OBJECTS -> new QdrantSimilarityIndex(client, collection, OBJECTS);
        };
    }

    @Override
    public ObjectIndex objects() {
        return new QdrantObjectIndex(client, collection);
    }

    /** What the aliases name. */
    private Map<String, String> aliases() {
        return await(client.listAliasesAsync(TIMEOUT)).stream()
                .collect(Collectors.toMap(AliasDescription::getAliasName, AliasDescription::getCollectionName));
    }

    @Override
    public int dimension() {
        Integer known = dimensions.get(collection);
        if (known != null) {
            return known;
        }
        int dimension = orWithoutCollection(0, () -> (int) await(client.getCollectionInfoAsync(collection, TIMEOUT))
                .getConfig()
                .getParams()
                .getVectorsConfig()
                .getParams()
                .getSize());
        // An alias comes to name another one.
        if (dimension > 0 && !collection.equals(PointSchema.ALIAS)) {
            dimensions.put(collection, dimension);
        }
        return dimension;
    }

    @Override
    public SortedMap<String, Long> datasets() {
        SortedMap<String, Long> counts = new TreeMap<>();
        orWithoutCollection(
                        List.<FacetHit>of(),
                        () -> await(client.facetAsync(
                                FacetCounts.newBuilder()
                                        .setCollectionName(collection)
                                        .setKey(PointSchema.DATASET)
                                        .setFilter(Common.Filter.newBuilder().addMust(IMAGES.ofAnyDataset()))
                                        .setLimit(100_000)
                                        .setExact(true)
                                        .build(),
                                TIMEOUT)))
                .forEach(hit -> counts.put(hit.getValue().getStringValue(), hit.getCount()));
        return counts;
    }

    @Override
    public long count(String dataset, Filter filter) {
        return orWithoutCollection(
                0L,
                () -> await(client.countAsync(
                        collection, IMAGES.within(dataset, filter).build(), true, TIMEOUT)));
    }

    @Override
    public Optional<Embedded> find(String dataset, ImageId image) {
        return retrieve(dataset, List.of(image), WHOLE, true).stream()
                .map(QdrantVectorIndex::embedded)
                .findFirst();
    }

    @Override
    public List<ImageId> existing(String dataset, Collection<ImageId> ids) {
        return Lists.partition(List.copyOf(ids), IDS_A_CALL).stream()
                .flatMap(part -> retrieve(dataset, part, OWNER, false).stream())
                .map(point -> ImageId.parse(point.getId().getUuid()))
                .toList();
    }

    @Override
    public List<DatasetImage> images(String dataset, Collection<ImageId> ids) {
        return Lists.partition(List.copyOf(ids), IDS_A_CALL).stream()
                .flatMap(part -> retrieve(dataset, part, WHOLE, false).stream())
                .map(point -> Payload.image(point.getId(), point.getPayloadMap()))
                .toList();
    }

    @Override
    public List<Embedded> embedded(String dataset, Collection<ImageId> ids) {
        return Lists.partition(List.copyOf(ids), VECTORS_A_PAGE).stream()
                .flatMap(part -> retrieve(dataset, part, WHOLE, true).stream())
                .map(QdrantVectorIndex::embedded)
                .toList();
    }

    @Override
    public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
        ScrollResponse page = scroll(dataset, filter, limit, from, false);
        return new Page(
                page.getResultList().stream()
                        .map(point -> Payload.image(point.getId(), point.getPayloadMap()))
                        .toList(),
                page.hasNextPageOffset()
                        ? ImageId.parse(page.getNextPageOffset().getUuid())
                        : null);
    }

    @Override
    public void scan(String dataset, Filter filter, Consumer<Embedded> consumer) {
        ImageId from = null;
        do {
            ScrollResponse page = scroll(dataset, filter, VECTORS_A_PAGE, from, true);
            page.getResultList().forEach(point -> consumer.accept(embedded(point)));
            from = page.hasNextPageOffset()
                    ? ImageId.parse(page.getNextPageOffset().getUuid())
                    : null;
        } while (from != null);
    }

    @Override
    public void apply(String dataset, List<Change> changes) {
        List<PointsUpdateOperation> operations = new ArrayList<>();
        for (Change change : changes) {
            Map<String, Value> values = PayloadEdits.values(change.values(), change.removed());
            PayloadEdits.stamp(values, 0);
            for (List<ImageId> part : Lists.partition(List.copyOf(change.ids()), IDS_A_CALL)) {
                operations.add(PayloadEdits.set(dataset, part, values));
            }
        }
        try {
            update(operations);
        } finally {
            // Also where it failed half way: some may have been written.
            changes.forEach(change -> edited.fire(new Edited(dataset, change.ids())));
        }
    }

    /**
     * Compare and set: an edit is written on condition that nobody has decided anything about the image since it was read,
     * and is made again on what somebody else has written in between. Whenever one fails another has succeeded.
     */
    @Override
    public void edit(String dataset, List<Edit> edits) {
        try {
            editUntilDone(dataset, edits);
        } finally {
            edited.fire(new Edited(dataset, edits.stream().map(Edit::id).toList()));
        }
    }

    private void editUntilDone(String dataset, List<Edit> edits) {
        List<Edit> left = edits;
        for (boolean first = true; !left.isEmpty(); first = false) {
            Map<ImageId, Map<String, Value>> seen = decisions(dataset, left);
            boolean written = !first;
            left = left.stream()
                    .filter(edit -> seen.containsKey(edit.id()))
                    .filter(edit -> !(written && PayloadEdits.isDone(edit, seen.getOrDefault(edit.id(), Map.of()))))
                    .toList();
            update(left.stream()
                    .map(edit -> PayloadEdits.setIfUnchanged(dataset, edit, seen.getOrDefault(edit.id(), Map.of())))
                    .toList());
        }
    }

    private Map<ImageId, Map<String, Value>> decisions(String dataset, List<Edit> edits) {
        Map<ImageId, Map<String, Value>> seen = new HashMap<>();
        for (List<Edit> part : Lists.partition(edits, IDS_A_CALL)) {
            retrieve(dataset, part.stream().map(Edit::id).toList(), PayloadEdits.DECIDED, false)
                    .forEach(point -> seen.put(ImageId.parse(point.getId().getUuid()), point.getPayloadMap()));
        }
        return seen;
    }

    /** One call for many: the server makes each call durable before it answers. */
    private void update(List<PointsUpdateOperation> operations) {
        for (List<PointsUpdateOperation> part : Lists.partition(operations, OPERATIONS_A_CALL)) {
            await(client.batchUpdateAsync(collection, part, true, null, TIMEOUT));
        }
    }

    private ScrollResponse scroll(
            String dataset, Filter filter, int limit, @Nullable ImageId from, boolean withVectors) {
        ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                .setCollectionName(collection)
                .setFilter(IMAGES.within(dataset, filter))
                .setLimit(limit)
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(withVectors));
        if (from != null) {
            scroll.setOffset(id(from.value()));
        }
        return orWithoutCollection(
                ScrollResponse.getDefaultInstance(), () -> await(client.scrollAsync(scroll.build(), TIMEOUT)));
    }

    private List<RetrievedPoint> retrieve(
            String dataset, Collection<ImageId> ids, WithPayloadSelector payload, boolean withVectors) {
        List<PointId> points = ids.stream().map(image -> id(image.value())).toList();
        GetPoints get = GetPoints.newBuilder()
                .setCollectionName(collection)
                .addAllIds(points)
                .setWithPayload(payload)
                .setWithVectors(WithVectorsSelectorFactory.enable(withVectors))
                .build();
        return orWithoutCollection(List.<RetrievedPoint>of(), () -> await(client.retrieveAsync(get, TIMEOUT))).stream()
                .filter(point -> IMAGES.has(dataset, point.getPayloadMap()))
                .toList();
    }

    private static Embedded embedded(RetrievedPoint point) {
        return new Embedded(Payload.image(point.getId(), point.getPayloadMap()), vector(point));
    }

    static float[] vector(RetrievedPoint point) {
        List<Float> data = point.getVectors().getVector().getDense().getDataList();
        float[] vector = new float[data.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = data.get(i);
        }
        return vector;
    }
}
