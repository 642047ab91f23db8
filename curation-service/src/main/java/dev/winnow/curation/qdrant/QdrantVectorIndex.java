package dev.winnow.curation.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;

import com.google.common.collect.Lists;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchParams;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The index in Qdrant, read through the alias that names the active collection. */
@ApplicationScoped
public class QdrantVectorIndex implements VectorIndex {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A page of vectors stays well under the 4 MiB that gRPC receives by default, at up to 4,096 dimensions. */
    private static final int VECTORS_A_PAGE = 200;

    private static final int IDS_A_CALL = 500;
    private static final int OPERATIONS_A_CALL = 200;

    private final QdrantClient client;

    QdrantVectorIndex(QdrantClient client) {
        this.client = client;
    }

    @Override
    public Optional<String> model() {
        String prefix = PointSchema.collection("");
        return await(client.listAliasesAsync(TIMEOUT)).stream()
                .filter(alias -> alias.getAliasName().equals(PointSchema.ALIAS))
                .map(AliasDescription::getCollectionName)
                .map(collection -> collection.startsWith(prefix) ? collection.substring(prefix.length()) : collection)
                .findFirst();
    }

    @Override
    public int dimension() {
        return orWithoutCollection(0, () -> (int) await(client.getCollectionInfoAsync(PointSchema.ALIAS, TIMEOUT))
                .getConfig()
                .getParams()
                .getVectorsConfig()
                .getParams()
                .getSize());
    }

    @Override
    public SortedMap<String, Long> datasets() {
        SortedMap<String, Long> counts = new TreeMap<>();
        orWithoutCollection(
                        List.<FacetHit>of(),
                        () -> await(client.facetAsync(
                                FacetCounts.newBuilder()
                                        .setCollectionName(PointSchema.ALIAS)
                                        .setKey(PointSchema.DATASET)
                                        .setFilter(Common.Filter.newBuilder().addMust(images()))
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
                        PointSchema.ALIAS, within(dataset, filter).build(), true, TIMEOUT)));
    }

    @Override
    public Optional<Embedded> find(String dataset, ImageId image) {
        // A point read by its id passes no filter: whose it is has to be looked at here.
        return retrieve(List.of(image), true).stream()
                .filter(point ->
                        Payload.text(point.getPayloadMap(), PointSchema.DATASET).equals(dataset))
                .map(QdrantVectorIndex::embedded)
                .findFirst();
    }

    @Override
    public List<ImageId> existing(String dataset, Collection<ImageId> ids) {
        return Lists.partition(List.copyOf(ids), IDS_A_CALL).stream()
                .flatMap(part -> retrieve(part, false).stream())
                .filter(point ->
                        Payload.text(point.getPayloadMap(), PointSchema.DATASET).equals(dataset))
                .map(point -> ImageId.parse(point.getId().getUuid()))
                .toList();
    }

    @Override
    public List<Hit> nearest(
            String dataset, float[] vector, Filter filter, int limit, @Nullable ImageId exclude, boolean exact) {
        Common.Filter.Builder condition = within(dataset, filter);
        if (exclude != null) {
            condition.addMustNot(hasId(id(exclude.value())));
        }
        QueryPoints query = QueryPoints.newBuilder()
                .setCollectionName(PointSchema.ALIAS)
                .setQuery(QueryFactory.nearest(vector))
                .setFilter(condition)
                .setLimit(limit)
                .setParams(SearchParams.newBuilder().setExact(exact))
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .build();
        return orWithoutCollection(List.of(), () -> await(client.queryAsync(query, TIMEOUT)).stream()
                .map(point -> new Hit(
                        Payload.image(point.getId(), point.getPayloadMap()), Math.clamp(point.getScore(), -1.0, 1.0)))
                .toList());
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
            Map<String, Value> values = new HashMap<>();
            change.payload()
                    .forEach((key, texts) -> values.put(
                            key,
                            ValueFactory.list(
                                    texts.stream().map(ValueFactory::value).toList())));
            for (List<ImageId> part : Lists.partition(List.copyOf(change.ids()), IDS_A_CALL)) {
                operations.add(setPayload(dataset, part, values));
            }
        }
        // One call for many label sets: the server makes each call durable before it answers.
        for (List<PointsUpdateOperation> part : Lists.partition(operations, OPERATIONS_A_CALL)) {
            await(client.batchUpdateAsync(PointSchema.ALIAS, part, true, null, TIMEOUT));
        }
    }

    private static PointsUpdateOperation setPayload(String dataset, List<ImageId> ids, Map<String, Value> values) {
        // Chosen by a filter, not by the ids alone: an image removed meanwhile, or of another tenant, is no match.
        Common.Filter.Builder chosen = within(dataset, Filter.ALL)
                .addMust(hasId(ids.stream().map(image -> id(image.value())).toList()));
        return PointsUpdateOperation.newBuilder()
                .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                        .putAllPayload(values)
                        .setPointsSelector(PointsSelector.newBuilder().setFilter(chosen)))
                .build();
    }

    /** The one place where a question is confined to its tenant. */
    private static Common.Filter.Builder within(String dataset, Filter filter) {
        return FilterTranslation.translate(filter)
                .addMust(matchKeyword(PointSchema.DATASET, dataset))
                .addMust(images());
    }

    private static Common.Condition images() {
        return matchKeyword(PointSchema.KIND, PointSchema.KIND_IMAGE);
    }

    private ScrollResponse scroll(
            String dataset, Filter filter, int limit, @Nullable ImageId from, boolean withVectors) {
        ScrollPoints.Builder scroll = ScrollPoints.newBuilder()
                .setCollectionName(PointSchema.ALIAS)
                .setFilter(within(dataset, filter))
                .setLimit(limit)
                .setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(withVectors));
        if (from != null) {
            scroll.setOffset(id(from.value()));
        }
        return orWithoutCollection(
                ScrollResponse.getDefaultInstance(), () -> await(client.scrollAsync(scroll.build(), TIMEOUT)));
    }

    private List<RetrievedPoint> retrieve(Collection<ImageId> ids, boolean whole) {
        List<PointId> points = ids.stream().map(image -> id(image.value())).toList();
        GetPoints get = GetPoints.newBuilder()
                .setCollectionName(PointSchema.ALIAS)
                .addAllIds(points)
                .setWithPayload(
                        whole
                                ? WithPayloadSelectorFactory.enable(true)
                                : WithPayloadSelectorFactory.include(List.of(PointSchema.DATASET)))
                .setWithVectors(WithVectorsSelectorFactory.enable(whole))
                .build();
        return orWithoutCollection(List.of(), () -> await(client.retrieveAsync(get, TIMEOUT)));
    }

    private static Embedded embedded(RetrievedPoint point) {
        List<Float> data = point.getVectors().getVector().getDense().getDataList();
        float[] vector = new float[data.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = data.get(i);
        }
        return new Embedded(Payload.image(point.getId(), point.getPayloadMap()), vector);
    }

    /** Before the first worker has started there is no collection: then there is simply no image. */
    private static <T> T orWithoutCollection(T empty, Supplier<T> question) {
        try {
            return question.get();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return empty;
            }
            throw e;
        }
    }

    private static <T> T await(ListenableFuture<T> future) {
        try {
            return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(future));
        } catch (ExecutionException e) {
            Status status = Status.fromThrowable(e);
            switch (status.getCode()) {
                case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED ->
                    throw new DependencyUnavailableException("Qdrant", e);
                case INVALID_ARGUMENT ->
                    throw new InvalidParameterException(
                            "filter", "expected what the index can answer: " + status.getDescription());
                case OK,
                        CANCELLED,
                        UNKNOWN,
                        NOT_FOUND,
                        ALREADY_EXISTS,
                        PERMISSION_DENIED,
                        FAILED_PRECONDITION,
                        OUT_OF_RANGE,
                        UNIMPLEMENTED,
                        INTERNAL,
                        DATA_LOSS,
                        UNAUTHENTICATED -> throw status.asRuntimeException();
            }
            throw new AssertionError(status);
        }
    }
}
