package dev.winnow.curation.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListChangeTest {

    /** A change and then another one is what applying one after the other gives, whatever they are. */
    @Test
    void changesInARowComeToOne() {
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            List<String> before = texts(random);
            ListChange one = change(random);
            ListChange two = change(random);
            ListChange three = change(random);
            List<String> expected = three.applied(two.applied(one.applied(before)));
            assertThat(one.then(two).then(three).applied(before))
                    .as("%s, %s, %s on %s", one, two, three, before)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void whatIsThereKeepsItsPlace() {
        List<String> before = List.of("b", "a", "c");
        assertThat(new ListChange(null, List.of("a", "d"), List.of("c")).applied(before))
                .containsExactly("b", "a", "d");
        assertThat(new ListChange(List.of("x", "x"), List.of(), List.of()).applied(before))
                .containsExactly("x");
        assertThat(ListChange.NONE.applied(before)).isEqualTo(before);
        assertThat(ListChange.NONE.isNone()).isTrue();
        assertThat(new ListChange(List.of(), List.of(), List.of()).isNone()).isFalse();
        assertThat(new ListChange(List.of(), List.of("a"), List.of()).depends()).isFalse();
        assertThat(new ListChange(null, List.of("a"), List.of()).depends()).isTrue();
        // What is added and taken is taken.
        assertThat(new ListChange(null, List.of("a"), List.of("a")).applied(before))
                .containsExactly("b", "c");
    }

    private static ListChange change(Random random) {
        @Nullable List<String> set = random.nextInt(3) == 0 ? texts(random) : null;
        return new ListChange(set, texts(random), texts(random));
    }

    private static List<String> texts(Random random) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> String.valueOf((char) ('a' + random.nextInt(5))))
                .distinct()
                .toList();
    }
}
