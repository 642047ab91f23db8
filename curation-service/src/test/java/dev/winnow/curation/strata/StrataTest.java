package dev.winnow.curation.strata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrataTest {

    private static final List<DatasetImage> IMAGES =
            IntStream.range(0, 100).mapToObj(StrataTest::image).toList();

    private static DatasetImage image(int i) {
        String path = i % 2 == 0 ? "a/b/%d.jpg".formatted(i) : i + ".jpg";
        return new DatasetImage(
                ImageId.ofRawKey("d/" + path),
                path,
                "sha",
                0,
                "etag",
                "jpeg",
                1000,
                640,
                480,
                i,
                null,
                i == 0 ? List.of() : List.of("x", "y"),
                List.of("scene:" + i / 10, "good"),
                i < 50 ? Map.of("camera", "K", "colours", List.of("red", "blue")) : Map.of());
    }

    @Test
    void readsWhatIsKnownOfImages() {
        assertThat(Strata.of("folder", IMAGES, "by").values().subList(0, 2))
                .containsExactly(List.of("a/b"), List.of(""));
        assertThat(Strata.of("label", IMAGES, "by").values().subList(0, 2))
                .containsExactly(List.of(), List.of("x", "y"));
        assertThat(Strata.of("tag:scene:", IMAGES, "by").values().get(25)).containsExactly("scene:2");
        assertThat(Strata.of("camera", IMAGES, "by").values().get(49)).containsExactly("K");
        assertThat(Strata.of("camera", IMAGES, "by").values().get(50)).isEmpty();
        assertThat(Strata.of("colours", IMAGES, "by").values().getFirst()).containsExactly("red", "blue");
        assertThat(Strata.of("camera", List.of(), "by").values()).isEmpty();
    }

    @Test
    void manyNumbersAreQuartersFewAreThemselves() {
        Map<String, Long> sizes = Strata.binned("sharpness", IMAGES, "by").values().stream()
                .collect(Collectors.groupingBy(List::getFirst, Collectors.counting()));
        assertThat(sizes).hasSize(4);
        assertThat(sizes.values()).allMatch(size -> size >= 24 && size <= 26);
        assertThat(Set.copyOf(Strata.binned("width", IMAGES, "by").values())).containsExactly(List.of("640"));
    }

    @Test
    void whatNoImageHasIsRefused() {
        assertThatThrownBy(() -> Strata.of("weather", IMAGES, "group_by"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("group_by: expected")
                .hasMessageContaining("weather");
    }
}
