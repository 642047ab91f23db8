package dev.winnow.curation.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.Box;
import dev.winnow.curation.balance.ClassObjects.Annotated;
import dev.winnow.curation.balance.ClassObjects.Labelled;
import dev.winnow.curation.balance.ClassObjects.Quartiles;
import dev.winnow.curation.balance.ClassObjects.Together;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ClassObjectsTest {

    private static final List<Annotated> IMAGES = List.of(
            new Annotated(
                    300,
                    300,
                    List.of(
                            new Labelled("cat", new Box(0, 0, 30, 30)),
                            new Labelled("cat", new Box(200, 200, 100, 100)),
                            new Labelled("dog", new Box(100, 140, 100, 50)))),
            new Annotated(100, 200, List.of(new Labelled("cat", new Box(-50, 0, 100, 200)))),
            new Annotated(50, 50, List.of()),
            new Annotated(
                    640,
                    480,
                    List.of(
                            new Labelled("dog", new Box(600, 400, 100, 100)),
                            new Labelled("bird", new Box(0, 0, 640, 480)))));

    private static ClassObjects of(String label) {
        return Objects.requireNonNull(ClassObjects.of(IMAGES).get(label));
    }

    @Test
    void countsSizePlaceAndShape() {
        ClassObjects cat = of("cat");
        assertThat(cat.count()).isEqualTo(3);
        assertThat(cat.images()).isEqualTo(2);
        assertThat(cat.perImage()).isEqualTo(1.5);
        assertThat(List.of(cat.small(), cat.medium(), cat.large())).containsExactly(1, 0, 2);
        // 900 and 10,000 of 90,000 pixels; half of the box that reaches out of the image covers half of it.
        assertThat(cat.area().least()).isCloseTo(0.01, within(1e-12));
        assertThat(cat.area().median()).isCloseTo(1 / 9.0, within(1e-12));
        assertThat(cat.area().largest()).isCloseTo(0.5, within(1e-12));
        assertThat(cat.aspect()).isEqualTo(new Quartiles(0.5, 0.75, 1, 1, 1));
        assertThat(cat.position()).containsExactly(1, 0, 0, 1, 0, 0, 0, 0, 1);
    }

    @Test
    void aCentreOutsideOfTheImageIsAtItsEdge() {
        assertThat(of("dog").position()).containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 1);
    }

    @Test
    void tellsWhichClassesComeTogether() {
        assertThat(ClassObjects.together(IMAGES))
                .containsExactly(new Together("bird", "dog", 1, 4 / 2.0), new Together("cat", "dog", 1, 4 / 4.0));
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(ClassObjects.of(List.of())).isEmpty();
        assertThat(ClassObjects.together(List.of())).isEmpty();
    }
}
