package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.GeoLineString;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.GeoPolygon;
import java.math.BigDecimal;
import java.util.List;

/** Inside a line and outside the lines of its holes, on none of them; a degree is as long east as it is north. */
record GeoPolygonArea(Ring exterior, List<Ring> holes) implements GeoArea {

    private static final int FEWEST_POINTS = 4;

    /** More than the rounding errors of {@link Ring#turn}, as a part of its terms. */
    private static final double ROUNDING = 4e-16;

    GeoPolygonArea {
        holes = List.copyOf(holes);
    }

    static GeoPolygonArea of(GeoPolygon polygon) {
        if (!polygon.hasExterior()) {
            throw QdrantErrors.badInput("Malformed GeoPolygon type - field `exterior` is required");
        }
        return new GeoPolygonArea(
                Ring.of(polygon.getExterior()),
                polygon.getInteriorsList().stream().map(Ring::of).toList());
    }

    @Override
    public boolean contains(double latitude, double longitude) {
        return exterior.locate(latitude, longitude) == Side.INSIDE
                && holes.stream().allMatch(hole -> hole.locate(latitude, longitude) == Side.OUTSIDE);
    }

    @Override
    public List<Rectangle> cover() {
        double[] latitudes = exterior.points().stream()
                .mapToDouble(GeoPoint::getLat)
                .map(NumberRange::zeroes)
                .sorted()
                .toArray();
        double[] longitudes = exterior.points().stream()
                .mapToDouble(GeoPoint::getLon)
                .map(NumberRange::zeroes)
                .sorted()
                .toArray();
        return List.of(new Rectangle(
                latitudes[0], latitudes[latitudes.length - 1], longitudes[0], longitudes[longitudes.length - 1]));
    }

    private enum Side {
        INSIDE,
        OUTSIDE,
        BORDER
    }

    /** A closed line. */
    record Ring(List<GeoPoint> points) {

        static Ring of(GeoLineString line) {
            List<GeoPoint> points = line.getPointsList();
            if (points.size() < FEWEST_POINTS) {
                throw QdrantErrors.badInput(
                        "polygon invalid, the size must be at least " + FEWEST_POINTS + ", got " + points.size());
            }
            if (!points.getFirst().equals(points.getLast())) {
                throw QdrantErrors.badInput(
                        "polygon invalid, the first and the last points should be the same to form a closed line");
            }
            if (!points.stream()
                    .allMatch(point -> Double.isFinite(point.getLat()) && Double.isFinite(point.getLon()))) {
                throw QdrantErrors.badInput("polygon invalid, its points should be finite");
            }
            return new Ring(points);
        }

        /** By how often the line winds round the point; of its edges the upper ends count as above them. */
        private Side locate(double latitude, double longitude) {
            int winding = 0;
            for (int i = 1; i < points.size(); i++) {
                GeoPoint from = points.get(i - 1);
                GeoPoint to = points.get(i);
                boolean up = from.getLat() <= latitude && latitude <= to.getLat();
                boolean down = from.getLat() > latitude && latitude >= to.getLat();
                if (!up && !down) {
                    continue;
                }
                int turn = turn(from, to, latitude, longitude);
                if (turn == 0 && isBetween(longitude, from.getLon(), to.getLon())) {
                    return Side.BORDER;
                }
                if (up && turn > 0 && to.getLat() != latitude) {
                    winding++;
                } else if (down && turn < 0) {
                    winding--;
                }
            }
            return winding == 0 ? Side.OUTSIDE : Side.INSIDE;
        }

        private static boolean isBetween(double value, double one, double other) {
            return Math.min(one, other) <= value && value <= Math.max(one, other);
        }

        /** Positive where the point is left of the way, negative where it is right of it, zero on it: exactly. */
        private static int turn(GeoPoint from, GeoPoint to, double latitude, double longitude) {
            double left = (from.getLon() - longitude) * (to.getLat() - latitude);
            double right = (from.getLat() - latitude) * (to.getLon() - longitude);
            double difference = left - right;
            if (Math.abs(difference) > ROUNDING * (Math.abs(left) + Math.abs(right))) {
                return difference > 0 ? 1 : -1;
            }
            BigDecimal x = new BigDecimal(longitude);
            BigDecimal y = new BigDecimal(latitude);
            return new BigDecimal(from.getLon())
                    .subtract(x)
                    .multiply(new BigDecimal(to.getLat()).subtract(y))
                    .compareTo(new BigDecimal(from.getLat())
                            .subtract(y)
                            .multiply(new BigDecimal(to.getLon()).subtract(x)));
        }
    }
}
