package dev.winnow.localstack.qdrant;

import com.google.protobuf.Timestamp;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Direction;
import io.qdrant.client.grpc.Points.OrderValue;
import io.qdrant.client.grpc.Points.StartFrom;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * Points in the order of a field that an index of numbers or datetimes keeps. A point stands there once for each value
 * it has; datetimes are numbers of microseconds since 1970.
 */
final class OrderBy {

    /** A point at one of its values. */
    record Place(OrderValue value, PointKey key, int document) {}

    private final PayloadPath path;
    private final PayloadSchema schema;
    private final Comparator<OrderValue> direction;
    private final Comparator<Place> order;
    private final @Nullable OrderValue start;

    private OrderBy(PayloadPath path, PayloadSchema schema, boolean descending, @Nullable OrderValue start) {
        this.path = path;
        this.schema = schema;
        Comparator<Place> ascending =
                Comparator.comparing(Place::value, OrderBy::compare).thenComparing(Place::key);
        this.direction = descending ? (a, b) -> compare(b, a) : OrderBy::compare;
        this.order = descending ? ascending.reversed() : ascending;
        this.start = start;
    }

    static OrderBy of(io.qdrant.client.grpc.Points.OrderBy request, PayloadSchema schema) {
        PayloadPath path = PayloadPath.parse(request.getKey());
        OrderValue start = start(request.getStartFrom());
        if (!schema.isIntegerRange(path)
                && !schema.is(path, PayloadSchemaType.Float)
                && !schema.is(path, PayloadSchemaType.Datetime)) {
            throw QdrantErrors.badInput("No range index for `order_by` key: `" + path
                    + "`. Please create one to use `order_by`. Check"
                    + " https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas"
                    + " support Range conditions");
        }
        return new OrderBy(path, schema, request.getDirection() == Direction.Desc, start);
    }

    private static @Nullable OrderValue start(StartFrom start) {
        return switch (start.getValueCase()) {
            case FLOAT -> of(start.getFloat());
            case INTEGER -> of(start.getInteger());
            case TIMESTAMP -> of(microseconds(start.getTimestamp()));
            case DATETIME ->
                of(microseconds(PayloadDatetime.parse(start.getDatetime())
                        .orElseThrow(() -> QdrantErrors.badInput("Unable to parse datetime: " + start.getDatetime()))));
            case VALUE_NOT_SET -> null;
        };
    }

    private static long microseconds(Timestamp timestamp) {
        return microseconds(PayloadDatetime.of(timestamp));
    }

    private static long microseconds(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1000;
    }

    private static OrderValue of(long number) {
        return OrderValue.newBuilder().setInt(number).build();
    }

    private static OrderValue of(double number) {
        return OrderValue.newBuilder().setFloat(number).build();
    }

    /** By their exact values; NaN is larger than all others. */
    static int compare(OrderValue a, OrderValue b) {
        if (a.hasInt() && b.hasInt()) {
            return Long.compare(a.getInt(), b.getInt());
        }
        double x = a.hasInt() ? (double) a.getInt() : a.getFloat();
        double y = b.hasInt() ? (double) b.getInt() : b.getFloat();
        return a.hasInt() != b.hasInt() && x == y
                ? exact(a).compareTo(exact(b))
                : Double.compare(NumberRange.zeroes(x), NumberRange.zeroes(y));
    }

    private static BigDecimal exact(OrderValue value) {
        return value.hasInt() ? BigDecimal.valueOf(value.getInt()) : new BigDecimal(value.getFloat());
    }

    /** The first places among the points that pass the filter. */
    List<Place> first(IndexSearcher searcher, Filter filter, int count) throws IOException {
        PriorityQueue<Place> lastFirst = new PriorityQueue<>(order.reversed());
        Matches.visit(searcher, FilterQuery.of(filter, schema), segment -> {
            StoredPoints points = new StoredPoints(segment.reader());
            return document -> {
                List<OrderValue> values = values(points, document);
                if (!values.isEmpty()) {
                    PointKey key = points.key(document);
                    for (OrderValue value : values) {
                        lastFirst.add(new Place(value, key, segment.docBase + document));
                        if (lastFirst.size() > count) {
                            lastFirst.remove();
                        }
                    }
                }
            };
        });
        List<Place> first = new ArrayList<>(lastFirst);
        first.sort(order);
        return first;
    }

    /** Those from the start on. */
    private List<OrderValue> values(StoredPoints points, int document) throws IOException {
        return path.values(points.payload(document)).stream()
                .flatMap(FieldPredicate::scalars)
                .flatMap(this::value)
                .filter(value -> start == null || direction.compare(value, start) >= 0)
                .distinct()
                .toList();
    }

    /** The value as the index has it; none where it is of another type. */
    private Stream<OrderValue> value(Value value) {
        if (schema.is(path, PayloadSchemaType.Datetime)) {
            return PayloadDatetime.parse(value.getStringValue()).stream().map(instant -> of(microseconds(instant)));
        }
        if (schema.is(path, PayloadSchemaType.Float)) {
            return FieldPredicate.isNumber(value) ? Stream.of(of(FieldPredicate.number(value))) : Stream.empty();
        }
        OptionalLong number = NumberRange.whole(value);
        return number.isPresent() ? Stream.of(of(number.getAsLong())) : Stream.empty();
    }
}
