package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qdrant.client.grpc.Common.GeoBoundingBox;
import io.qdrant.client.grpc.Common.GeoLineString;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.GeoPolygon;
import io.qdrant.client.grpc.Common.GeoRadius;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GeoAreaTest {

    private static GeoPoint at(double latitude, double longitude) {
        return GeoPoint.newBuilder().setLat(latitude).setLon(longitude).build();
    }

    private static GeoArea box(GeoPoint topLeft, GeoPoint bottomRight) {
        return GeoArea.Box.of(GeoBoundingBox.newBuilder()
                .setTopLeft(topLeft)
                .setBottomRight(bottomRight)
                .build());
    }

    private static GeoLineString line(double... coordinates) {
        GeoLineString.Builder line = GeoLineString.newBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            line.addPoints(at(coordinates[i], coordinates[i + 1]));
        }
        return line.build();
    }

    private static GeoArea polygon(GeoLineString exterior, GeoLineString... holes) {
        return GeoPolygonArea.of(GeoPolygon.newBuilder()
                .setExterior(exterior)
                .addAllInteriors(List.of(holes))
                .build());
    }

    @Test
    void a_box_has_no_border() {
        GeoArea box = box(at(10, -5), at(0, 5));
        assertThat(box.contains(5, 0)).isTrue();
        assertThat(box.contains(10, 0)).isFalse();
        assertThat(box.contains(5, 5)).isFalse();
        assertThat(box.contains(5, 5.000001)).isFalse();
    }

    @Test
    void a_box_may_span_the_180th_meridian() {
        GeoArea box = box(at(10, 170), at(-10, -170));
        assertThat(box.contains(0, 179)).isTrue();
        assertThat(box.contains(0, -179)).isTrue();
        assertThat(box.contains(0, 0)).isFalse();
        assertThat(box.contains(0, 170)).isFalse();
    }

    @Test
    void a_circle_is_measured_on_the_sphere() {
        GeoArea berlin = GeoArea.Circle.of(GeoRadius.newBuilder()
                .setCenter(at(52.521976, 13.413637))
                .setRadius(2000)
                .build());
        assertThat(berlin.contains(52.52197645, 13.413637435864272)).isTrue();
        assertThat(berlin.contains(55.7536283, 37.62137960067377)).isFalse();

        double degree = Math.PI * 6_371_008.8 / 180;
        GeoArea.Circle nearly = new GeoArea.Circle(0, 179.5, degree * 1.0001);
        GeoArea.Circle notQuite = new GeoArea.Circle(0, 179.5, degree * 0.9999);
        assertThat(nearly.contains(0, -179.5)).isTrue();
        assertThat(notQuite.contains(0, -179.5)).isFalse();
        assertThat(new GeoArea.Circle(89.9, 0, 30_000).contains(89.9, 180)).isTrue();
    }

    @Test
    void what_is_in_a_circle_is_under_its_cover() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            GeoArea.Circle circle = new GeoArea.Circle(
                    random.nextDouble() * 180 - 90,
                    random.nextDouble() * 360 - 180,
                    Math.pow(10, random.nextDouble() * 5.5 + 2));
            double latitude = circle.latitude() + random.nextGaussian() * circle.radius() / 100_000;
            double longitude = circle.longitude() + random.nextGaussian() * circle.radius() / 100_000;
            if (circle.contains(latitude, longitude)) {
                assertThat(circle.cover())
                        .as("%s %s %s", circle, latitude, longitude)
                        .anyMatch(part -> part.south() <= latitude
                                && latitude <= part.north()
                                && part.west() <= longitude
                                && longitude <= part.east());
            }
        }
    }

    @Test
    void a_polygon_has_no_border_and_may_have_holes() {
        GeoArea square = polygon(line(0, 0, 0, 10, 10, 10, 10, 0, 0, 0), line(4, 4, 4, 6, 6, 6, 6, 4, 4, 4));
        assertThat(square.contains(2, 2)).isTrue();
        assertThat(square.contains(5, 5)).as("in the hole").isFalse();
        assertThat(square.contains(4, 5)).as("on the rim of the hole").isFalse();
        assertThat(square.contains(0, 5)).as("on an edge").isFalse();
        assertThat(square.contains(10, 10)).as("on a corner").isFalse();
        assertThat(square.contains(11, 5)).isFalse();
        assertThat(square.contains(5, -1)).isFalse();
        assertThat(square.contains(4, 1)).as("level with corners of the hole").isTrue();
    }

    @Test
    void a_concave_polygon_excludes_its_bay() {
        GeoArea bay = polygon(line(0, 0, 10, 0, 10, 10, 5, 5, 0, 10, 0, 0));
        assertThat(bay.contains(5, 4)).isTrue();
        assertThat(bay.contains(5, 6)).isFalse();
        assertThat(bay.contains(5, 5)).isFalse();
        assertThat(bay.contains(7.5, 7.5)).as("on a slanting edge").isFalse();
    }

    @Test
    void a_polygon_has_to_be_closed_and_an_area() {
        assertThatThrownBy(() -> polygon(line(0, 0, 0, 10, 0, 0))).hasMessageContaining("at least 4");
        assertThatThrownBy(() -> polygon(line(0, 0, 0, 10, 10, 10, 10, 0))).hasMessageContaining("should be the same");
        assertThatThrownBy(() -> GeoPolygonArea.of(GeoPolygon.getDefaultInstance()))
                .hasMessageContaining("exterior");
        assertThatThrownBy(() -> GeoArea.Circle.of(GeoRadius.getDefaultInstance()))
                .hasMessageContaining("GeoRadius");
        assertThatThrownBy(() -> GeoArea.Box.of(GeoBoundingBox.getDefaultInstance()))
                .hasMessageContaining("GeoBoundingBox");
    }
}
