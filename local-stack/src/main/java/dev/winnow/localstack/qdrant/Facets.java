package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.FacetValue;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.search.IndexSearcher;

/** How many points have each value of an indexed field. */
final class Facets {

    /** Of the values with the same count the smallest comes first. */
    private static final Comparator<FacetHit> ORDER = Comparator.comparingLong(FacetHit::getCount)
            .reversed()
            .thenComparing(hit -> hit.getValue().getBoolValue())
            .thenComparingLong(hit -> hit.getValue().getIntegerValue())
            .thenComparing(hit -> hit.getValue().getStringValue());

    private final PayloadPath path;
    private final PayloadSchema schema;

    private Facets(PayloadPath path, PayloadSchema schema) {
        this.path = path;
        this.schema = schema;
    }

    /** Refuses a field without an index that keeps its values. */
    static Facets of(String key, PayloadSchema schema) {
        PayloadPath path = PayloadPath.parse(key);
        if (!schema.is(path, PayloadSchemaType.Keyword)
                && !schema.is(path, PayloadSchemaType.Uuid)
                && !schema.is(path, PayloadSchemaType.Bool)
                && !schema.isIntegerLookup(path)) {
            throw QdrantErrors.badInput(
                    "No appropriate index for faceting: `" + key + "`. Please create one to facet on this field.");
        }
        return new Facets(path, schema);
    }

    /** The most frequent values first. */
    List<FacetHit> count(IndexSearcher searcher, Filter filter, int limit) throws IOException {
        Map<FacetValue, Long> counts = new HashMap<>();
        Matches.visit(searcher, FilterQuery.of(filter, schema), segment -> {
            StoredPoints points = new StoredPoints(segment.reader());
            return document -> path.values(points.payload(document)).stream()
                    .flatMap(FieldPredicate::scalars)
                    .flatMap(this::facet)
                    .collect(Collectors.toSet())
                    .forEach(value -> counts.merge(value, 1L, Long::sum));
        });
        return counts.entrySet().stream()
                .map(entry -> FacetHit.newBuilder()
                        .setValue(entry.getKey())
                        .setCount(entry.getValue())
                        .build())
                .sorted(ORDER)
                .limit(limit)
                .toList();
    }

    /** The value as the index has it; none where it is of another type. */
    private Stream<FacetValue> facet(Value value) {
        if (schema.isIntegerLookup(path)) {
            OptionalLong number = NumberRange.whole(value);
            return number.isPresent()
                    ? Stream.of(FacetValue.newBuilder()
                            .setIntegerValue(number.getAsLong())
                            .build())
                    : Stream.empty();
        }
        if (schema.is(path, PayloadSchemaType.Bool)) {
            return value.hasBoolValue()
                    ? Stream.of(FacetValue.newBuilder()
                            .setBoolValue(value.getBoolValue())
                            .build())
                    : Stream.empty();
        }
        if (!value.hasStringValue()) {
            return Stream.empty();
        }
        Stream<String> texts = schema.is(path, PayloadSchemaType.Uuid)
                ? MatchPredicate.canonicalUuids(List.of(value.getStringValue()))
                : Stream.of(value.getStringValue());
        return texts.map(text -> FacetValue.newBuilder().setStringValue(text).build());
    }
}
