package dev.winnow.curation.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Filter.Condition;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.search.RankedPages.Position;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SearchCursorTest {

    private static final Filter CATS = new Filter(List.of(new Condition.AnyOf("labels", List.of("cat"))));
    private static final UUID ID = new UUID(5, -6);

    private final SearchCursor cursors = new SearchCursor("m IMAGES", question("d", 1, Filter.ALL, Set.of(), null));

    private static Question question(
            String dataset, float x, Filter filter, Set<UUID> exclude, @Nullable Double least) {
        return new Question(dataset, new float[] {x, 2}, filter, exclude, least, true);
    }

    @Test
    void comesBackAsItWas() {
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            Position position = new Position(
                    new Ranked(new UUID(random.nextLong(), random.nextLong()), random.nextFloat() * 2 - 1),
                    random.nextInt(1_000_000));
            assertThat(cursors.read(cursors.write(position))).isEqualTo(position);
        }
    }

    @Test
    void isNotAnotherQuestions() {
        String cursor = cursors.write(new Position(new Ranked(ID, 0.5f), 7));
        for (SearchCursor other : List.of(
                new SearchCursor("n IMAGES", question("d", 1, Filter.ALL, Set.of(), null)),
                new SearchCursor("m OBJECTS", question("d", 1, Filter.ALL, Set.of(), null)),
                new SearchCursor("m IMAGES", question("e", 1, Filter.ALL, Set.of(), null)),
                new SearchCursor("m IMAGES", question("d", 1.0001f, Filter.ALL, Set.of(), null)),
                new SearchCursor("m IMAGES", question("d", 1, CATS, Set.of(), null)),
                new SearchCursor("m IMAGES", question("d", 1, Filter.ALL, Set.of(ID), null)),
                new SearchCursor("m IMAGES", question("d", 1, Filter.ALL, Set.of(), 0.5)))) {
            assertRefused(other, cursor);
        }
    }

    @Test
    void doesNotSurviveAnyChange() {
        String cursor = cursors.write(new Position(new Ranked(ID, 0.5f), 7));
        for (int i = 0; i < cursor.length(); i++) {
            for (char c : new char[] {'A', 'B', 'z', '_', '=', '%'}) {
                if (cursor.charAt(i) != c) {
                    assertRefused(cursors, cursor.substring(0, i) + c + cursor.substring(i + 1));
                }
            }
        }
        for (String nonsense : List.of("", "x", cursor + "A", cursor.substring(1), "ü", ID.toString())) {
            assertRefused(cursors, nonsense);
        }
    }

    private static void assertRefused(SearchCursor cursors, String cursor) {
        assertThatThrownBy(() -> cursors.read(cursor))
                .isInstanceOfSatisfying(InvalidParameterException.class, e -> assertThat(e.field())
                        .isEqualTo("cursor"));
    }
}
