package dev.winnow.localstack.qdrant;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.orderBy;
import static io.qdrant.client.StartFromFactory.startFrom;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Points.Direction;
import io.qdrant.client.grpc.Points.OrderBy;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scroll and query in the order of a field. */
abstract class OrderByContract extends QdrantContract {

    @BeforeEach
    void createPoints() throws Exception {
        create(Distance.Dot, 1);
        upsert(
                point(id(1), Map.of("n", value(3), "x", value(0.5), "day", value("2024-05-01")), 1),
                point(id(2), Map.of("n", value(1), "x", value(7), "day", value("2024-05-03T12:00:00Z")), 1),
                point(id(3), Map.of("n", list(List.of(value(2), value(5), value(2))), "kind", value("a")), 1),
                point(id(4), Map.of("n", value("four"), "x", value(-1.25), "day", value("soon")), 1),
                point(id(5), Map.of("n", value(3), "kind", value("a"), "day", value("2024-05-02")), 1));
        index("n", PayloadSchemaType.Integer);
        index("x", PayloadSchemaType.Float);
        index("day", PayloadSchemaType.Datetime);
        index("kind", PayloadSchemaType.Keyword);
    }

    private void index(String field, PayloadSchemaType type) throws Exception {
        get(client().createPayloadIndexAsync(name, field, type, null, true, null, null));
    }

    private ScrollPoints.Builder ordered(OrderBy.Builder by) {
        return ScrollPoints.newBuilder().setCollectionName(name).setOrderBy(by);
    }

    private static OrderBy.Builder by(String key) {
        return OrderBy.newBuilder().setKey(key);
    }

    private List<String> scroll(OrderBy.Builder by) throws Exception {
        return scroll(ordered(by));
    }

    /** Each as {@code value@id}. */
    private List<String> scroll(ScrollPoints.Builder request) throws Exception {
        var page = get(client().scrollAsync(request.build()));
        assertThat(page.hasNextPageOffset()).isFalse();
        return page.getResultList().stream().map(OrderByContract::place).toList();
    }

    private static String place(RetrievedPoint point) {
        var at = point.getOrderValue();
        return (at.hasInt() ? Long.toString(at.getInt()) : Double.toString(at.getFloat())) + "@"
                + point.getId().getNum();
    }

    @Test
    void points_come_once_for_each_value() throws Exception {
        assertThat(scroll(by("n"))).containsExactly("1@2", "2@3", "3@1", "3@5", "5@3");
        assertThat(scroll(by("n").setDirection(Direction.Desc))).containsExactly("5@3", "3@5", "3@1", "2@3", "1@2");
        assertThat(scroll(by("x"))).containsExactly("-1.25@4", "0.5@1", "7.0@2");
        assertThat(scroll(ordered(by("n")).setLimit(2))).containsExactly("1@2", "2@3");
        assertThat(scroll(ordered(by("n")).setFilter(must(matchKeyword("kind", "a")))))
                .containsExactly("2@3", "3@5", "5@3");
    }

    @Test
    void datetimes_are_counted_in_microseconds() throws Exception {
        long first = Instant.parse("2024-05-01T00:00:00Z").getEpochSecond() * 1_000_000;
        long third = Instant.parse("2024-05-03T12:00:00Z").getEpochSecond() * 1_000_000;

        assertThat(scroll(by("day")))
                .startsWith(first + "@1")
                .endsWith(third + "@2")
                .hasSize(3);
    }

    @Test
    void the_start_is_in_the_page() throws Exception {
        assertThat(scroll(by("n").setStartFrom(startFrom(3)))).containsExactly("3@1", "3@5", "5@3");
        assertThat(scroll(by("n").setStartFrom(startFrom(2.5f)))).containsExactly("3@1", "3@5", "5@3");
        assertThat(scroll(by("n").setDirection(Direction.Desc).setStartFrom(startFrom(2))))
                .containsExactly("2@3", "1@2");
        assertThat(scroll(by("day").setStartFrom(startFrom("2024-05-02T00:00:00Z"))))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("@2");
        assertThat(scroll(by("day")
                        .setDirection(Direction.Desc)
                        .setStartFrom(startFrom(Timestamp.newBuilder()
                                .setSeconds(
                                        Instant.parse("2024-05-02T00:00:00Z").getEpochSecond())
                                .build()))))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("@1");
    }

    @Test
    void a_range_index_is_needed_and_no_offset_taken() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "No range index for `order_by` key: `kind`",
                client().scrollAsync(ordered(by("kind")).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "No range index for `order_by` key: `missing`",
                client().queryAsync(QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(orderBy("missing"))
                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Cannot use an `offset` when using `order_by`",
                client().scrollAsync(ordered(by("n")).setOffset(id(1)).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "Can't use score_threshold with an order_by query",
                client().queryAsync(QueryPoints.newBuilder()
                        .setCollectionName(name)
                        .setQuery(orderBy("n"))
                        .setScoreThreshold(1)
                        .build()));
    }

    @Test
    void a_query_may_be_in_that_order() throws Exception {
        List<ScoredPoint> found = get(client().queryAsync(QueryPoints.newBuilder()
                .setCollectionName(name)
                .setQuery(orderBy(by("n").setDirection(Direction.Desc).build()))
                .setOffset(1)
                .setLimit(3)
                .build()));

        assertThat(numbers(found)).containsExactly(5L, 1L, 3L);
        assertThat(found).extracting(point -> point.getOrderValue().getInt()).containsExactly(3L, 3L, 2L);
        assertThat(found).extracting(ScoredPoint::getScore).containsOnly(1f);
        assertThat(found).allMatch(point -> point.getPayloadCount() == 0);
    }
}
