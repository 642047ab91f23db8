package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.GeoBoundingBox;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.GeoRadius;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/** A part of the earth's surface. Degrees throughout; what is stored may lie outside their usual ranges. */
interface GeoArea {

    boolean contains(double latitude, double longitude);

    /** Rectangles that cover it, borders included. */
    List<Rectangle> cover();

    /** Whether the cover holds nothing else. */
    default boolean isCoverExact() {
        return false;
    }

    /** Where the point of a payload value lies. */
    record Position(double latitude, double longitude) {

        static @Nullable Position of(Value value) {
            Map<String, Value> fields = value.getStructValue().getFieldsMap();
            Value latitude = fields.get("lat");
            Value longitude = fields.get("lon");
            return latitude != null
                            && longitude != null
                            && FieldPredicate.isNumber(latitude)
                            && FieldPredicate.isNumber(longitude)
                    ? new Position(FieldPredicate.number(latitude), FieldPredicate.number(longitude))
                    : null;
        }
    }

    /** All four borders belong to it. */
    record Rectangle(double south, double north, double west, double east) {}

    default boolean contains(Value value) {
        Position position = Position.of(value);
        return position != null && contains(position.latitude(), position.longitude());
    }

    /** Finds what the cover holds. */
    default Query coverQuery(String path) {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        for (Rectangle part : cover()) {
            query.add(
                    DoublePoint.newRangeQuery(
                            PayloadFields.positions(path),
                            new double[] {part.south(), part.west()},
                            new double[] {part.north(), part.east()}),
                    Occur.SHOULD);
        }
        return query.build();
    }

    /** What of an area is within the usual ranges: an index of places has no others. */
    record OnEarth(GeoArea area) implements GeoArea {

        @Override
        public boolean contains(double latitude, double longitude) {
            return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && area.contains(latitude, longitude);
        }

        @Override
        public List<Rectangle> cover() {
            return area.cover().stream()
                    .map(part -> new Rectangle(
                            Math.max(part.south(), -90),
                            Math.min(part.north(), 90),
                            Math.max(part.west(), -180),
                            Math.min(part.east(), 180)))
                    .filter(part -> part.south() <= part.north() && part.west() <= part.east())
                    .toList();
        }

        @Override
        public boolean isCoverExact() {
            return area.isCoverExact();
        }
    }

    /** Without its borders; across the 180th meridian where its west is east of its east. */
    record Box(double south, double north, double west, double east) implements GeoArea {

        static Box of(GeoBoundingBox box) {
            if (!box.hasTopLeft() || !box.hasBottomRight()) {
                throw QdrantErrors.badInput("Malformed GeoBoundingBox type");
            }
            return new Box(
                    box.getBottomRight().getLat(),
                    box.getTopLeft().getLat(),
                    box.getTopLeft().getLon(),
                    box.getBottomRight().getLon());
        }

        @Override
        public boolean contains(double latitude, double longitude) {
            boolean between = west > east ? longitude > west || longitude < east : west < longitude && longitude < east;
            return between && south < latitude && latitude < north;
        }

        @Override
        public List<Rectangle> cover() {
            double lowest = Math.nextUp(NumberRange.zeroes(south));
            double highest = Math.nextDown(NumberRange.zeroes(north));
            double first = Math.nextUp(NumberRange.zeroes(west));
            double last = Math.nextDown(NumberRange.zeroes(east));
            if (!(lowest <= highest)) {
                return List.of();
            }
            if (west > east) {
                return List.of(
                        new Rectangle(lowest, highest, first, Double.POSITIVE_INFINITY),
                        new Rectangle(lowest, highest, Double.NEGATIVE_INFINITY, last));
            }
            return first <= last ? List.of(new Rectangle(lowest, highest, first, last)) : List.of();
        }

        @Override
        public boolean isCoverExact() {
            return true;
        }
    }

    /**
     * Nearer than the radius.
     *
     * @param radius in metres
     */
    record Circle(double latitude, double longitude, double radius) implements GeoArea {

        /** Metres. */
        private static final double EARTH_RADIUS = 6_371_008.8;

        /** Degrees; more than what rounding can amount to. */
        private static final double SLACK = 1e-6;

        static Circle of(GeoRadius circle) {
            if (!circle.hasCenter()) {
                throw QdrantErrors.badInput("Malformed GeoRadius type");
            }
            GeoPoint center = circle.getCenter();
            return new Circle(center.getLat(), center.getLon(), circle.getRadius());
        }

        @Override
        public boolean contains(double latitude, double longitude) {
            double here = Math.toRadians(this.latitude);
            double there = Math.toRadians(latitude);
            double north = Math.sin((there - here) / 2);
            double east = Math.sin(Math.toRadians(longitude - this.longitude) / 2);
            double a = north * north + Math.cos(here) * Math.cos(there) * east * east;
            return 2 * Math.asin(Math.sqrt(a)) * EARTH_RADIUS < radius;
        }

        @Override
        public List<Rectangle> cover() {
            double infinity = Double.POSITIVE_INFINITY;
            double reach = Math.toDegrees(radius / EARTH_RADIUS) + SLACK;
            double south = latitude - reach;
            double north = latitude + reach;
            boolean usual = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
            if (!usual || south <= -90 || north >= 90) {
                return List.of(new Rectangle(-infinity, infinity, -infinity, infinity));
            }
            double ratio = Math.sin(Math.toRadians(reach)) / Math.cos(Math.toRadians(latitude));
            double aside = ratio >= 1 ? 180 : Math.toDegrees(Math.asin(ratio)) + SLACK;
            // Beyond the usual ranges a place has several positions.
            return List.of(
                    new Rectangle(south, north, longitude - aside, longitude + aside),
                    new Rectangle(south, north, longitude + 360 - aside, infinity),
                    new Rectangle(south, north, -infinity, longitude - 360 + aside),
                    new Rectangle(-infinity, Math.nextDown(-90.0), -infinity, infinity),
                    new Rectangle(Math.nextUp(90.0), infinity, -infinity, infinity));
        }
    }
}
