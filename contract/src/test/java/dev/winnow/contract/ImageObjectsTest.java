package dev.winnow.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.winnow.contract.Box.Region;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageObjectsTest {

    private static final Instant T = Instant.parse("2026-11-01T00:00:00Z");
    private static final ObjectKey IMAGE = new ObjectKey("street", "day 1/cam+2/übersicht.jpg");
    private static final Box BOX = new Box(1, 2, 3, 4);

    /** Golden value, computed with Python's uuid.uuid5. If it changes, every object's point is orphaned. */
    @Test
    void theIdOfAnObjectIsTheVersion5UuidOfItsOwnWithinItsImage() {
        assertThat(ObjectId.of(ImageId.of(IMAGE), "1774")).hasToString("31cf6a18-254b-582d-bebb-5a378ffc6167");
        assertThat(ObjectId.of(ImageId.ofRawKey("a/b"), "1774")).isNotEqualTo(ObjectId.of(ImageId.of(IMAGE), "1774"));
    }

    @Test
    void theBoxesOfAnImageHaveOneKeyThatNamesIt() {
        String key = ImageObjects.storedAt("street", ImageId.of(IMAGE));
        assertThat(key).isEqualTo(".winnow/objects/street/2741cdb9-7a5f-51f3-ad86-d2ccc6d17dab.json");
        assertThat(ObjectKey.isReserved(key)).isTrue();
        assertThat(ImageObjects.imageOf("street", key)).isEqualTo(ImageId.of(IMAGE));
        for (String other : List.of("", ".winnow/objects/street/x.json", ".winnow/objects/street/.json", "street/a")) {
            assertThatThrownBy(() -> ImageObjects.imageOf("street", other))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aBoxWithoutAnIdGetsTheSameOneEachTime() {
        ImageId image = ImageId.of(IMAGE);
        String id = ObjectBox.idFor(image, "dog", BOX);
        assertThat(UUID.fromString(id).version()).isEqualTo(5);
        assertThat(ObjectBox.idFor(image, "dog", new Box(1.0, 2, 3, 4))).isEqualTo(id);
        assertThat(ObjectBox.idFor(image, "cat", BOX)).isNotEqualTo(id);
        assertThat(ObjectBox.idFor(image, "dog", new Box(1, 2, 3, 4.5))).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 2, 3]",
                "[1, 2, 3, 4, 5]",
                "[1, 2, 0, 4]",
                "[1, 2, 3, -4]",
                "[1, 2, 3, null]",
                "[\"NaN\", 2, 3, 4]",
                "[1e999, 2, 3, 4]",
                "null"
            })
    void whatIsNoBoxIsRefused(String box) {
        assertThatThrownBy(() ->
                        read("{\"id\":\"a\",\"label\":\"b\",\"box\":" + box + ",\"at\":\"2026-11-02T08:21:00Z\"}"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void textsAndNumbersAreBounded() throws IOException {
        assertThat(read("{\"id\":\"a\",\"label\":\"b\",\"box\":[1,2,3,4],\"at\":\"2026-11-02T08:21:00Z\"}")
                        .objects())
                .hasSize(1);
        for (String label : List.of("", " ", "a\nb", "x".repeat(ObjectBox.MAX_LABEL + 1))) {
            assertThatThrownBy(() -> object("a", label)).hasMessageContaining("label");
        }
        assertThatThrownBy(() -> object("x".repeat(ObjectBox.MAX_ID + 1), "dog"))
                .hasMessageContaining("id");
        assertThatThrownBy(() -> new ObjectBox(
                        "a",
                        "b",
                        BOX,
                        JsonNodeFactory.instance.objectNode().put("long", "x".repeat(ObjectBox.MAX_ATTRIBUTES)),
                        null,
                        T))
                .hasMessageContaining("attributes");
        for (String by : List.of("", " ", "a\nb", "x".repeat(ObjectBox.MAX_BY + 1))) {
            assertThatThrownBy(() -> new ObjectBox("a", "b", BOX, null, null, T, by))
                    .hasMessageContaining("by");
        }
        List<ObjectBox> many = IntStream.rangeClosed(0, ImageObjects.MAX_OBJECTS)
                .mapToObj(i -> object("o" + i, "dog"))
                .toList();
        assertThat(new ImageObjects("d", "a.jpg", many.subList(1, many.size()), null).objects())
                .hasSize(ImageObjects.MAX_OBJECTS);
        assertThatThrownBy(() -> new ImageObjects("d", "a.jpg", many, null)).hasMessageContaining("at most");
        assertThatThrownBy(() -> new ImageObjects("d", "a.jpg", List.of(object("a", "x"), object("a", "y")), null))
                .hasMessageContaining("'a' twice");
        assertThatThrownBy(() -> new ImageObjects("d", "../a", List.of(), null))
                .isInstanceOf(InvalidNameException.class);
    }

    /** Pictures of 100 x 50. */
    @ParameterizedTest
    @CsvSource({
        "10, 10, 20, 10, 0,     10, 10, 20, 10",
        "10, 10, 20, 10, 0.1,   8, 8, 24, 14",
        "10.4, 10.6, 20, 10, 0, 10, 10, 21, 11",
        "-5, -5, 20, 20, 0,     0, 0, 15, 15",
        "90, 40, 30, 30, 0.5,   75, 25, 25, 25",
        "0, 0, 100, 50, 0.1,    0, 0, 100, 50",
        "99, 49, 1, 1, 0,       99, 49, 1, 1"
    })
    void coversWholePixelsOfThePicture(
            double x, double y, double width, double height, double padding, int left, int top, int wide, int high) {
        assertThat(new Box(x, y, width, height).within(100, 50, padding)).contains(new Region(left, top, wide, high));
    }

    @ParameterizedTest
    @CsvSource({"100, 10, 5, 5", "10, 50, 5, 5", "-5, 10, 5, 5", "99.5, 10, 5, 5", "10, 10, 0.9, 5", "10, 10, 5, 0.2"})
    void hasNoPixelsWhereLessThanOneLiesInThePicture(double x, double y, double width, double height) {
        assertThat(new Box(x, y, width, height).within(100, 50, 0.5)).isEmpty();
    }

    @Property
    void neverLeavesThePicture(
            @ForAll @DoubleRange(min = -300, max = 300) double x,
            @ForAll @DoubleRange(min = -300, max = 300) double y,
            @ForAll @DoubleRange(min = 0.01, max = 1e12) double width,
            @ForAll @DoubleRange(min = 0.01, max = 1e12) double height,
            @ForAll @DoubleRange(max = 3) double padding,
            @ForAll @IntRange(min = 1, max = 200) int pictureWidth,
            @ForAll @IntRange(min = 1, max = 200) int pictureHeight) {
        new Box(x, y, width, height)
                .within(pictureWidth, pictureHeight, padding)
                .ifPresent(region -> {
                    assertThat(region.width()).isPositive();
                    assertThat(region.height()).isPositive();
                    assertThat(region.x()).isBetween(0, pictureWidth - region.width());
                    assertThat(region.y()).isBetween(0, pictureHeight - region.height());
                });
    }

    private static ObjectBox object(String id, String label) {
        return new ObjectBox(id, label, BOX, null, null, T);
    }

    private static ImageObjects read(String object) throws IOException {
        return EventJson.read(
                ("{\"dataset\":\"d\",\"path\":\"a.jpg\",\"objects\":[" + object + "]}")
                        .getBytes(StandardCharsets.UTF_8),
                ImageObjects.class);
    }
}
