package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.embedding.image.Identifiers;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.OpenImage;
import dev.winnow.embedding.image.RefusedException;
import dev.winnow.embedding.image.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageEmbedderTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EmbeddingModel model = TestModels.load("tiny");
    private final ImageEmbedder embedder = new ImageEmbedder(new MemoryBudget(1 << 20), new PipelineMetrics(meters), 3);
    private final DynamicBatcher batches = embedder.batches(model);
    private final EmbedImagesTest.Points points = new MemoryCollections().of("tiny-1");
    private final Target target = new Target(model, points, points.objects, batches);
    private final List<Wanted> whole = List.of(Wanted.whole(batches));

    @AfterEach
    void close() {
        embedder.close();
        model.close();
    }

    /** Tensors and batches are memory that is used again: nothing of one picture may be seen in another's vector. */
    @Test
    void givesEachOfManyFilesItsOwnVector() throws Exception {
        List<String> names = Samples.names();
        List<float[]> alone = new ArrayList<>();
        List<Identifiers> identifiers = new ArrayList<>();
        for (String name : names) {
            alone.add(embedder.embedNow(Samples.file(name), target));
            try (OpenImage image = OpenImage.open(Samples.file(name), new MemoryBudget(1 << 24))) {
                identifiers.add(image.identifiers());
            }
        }
        assertThat(meters.summary("winnow.batch.pictures").count()).isZero();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Embedding>> together = new ArrayList<>();
            for (int i = 0; i < 40 * names.size(); i++) {
                byte[] file = Samples.file(names.get(i % names.size()));
                together.add(callers.submit(() -> whole(embedder.embed(file, whole))));
            }
            for (int i = 0; i < together.size(); i++) {
                float[] expected = alone.get(i % names.size());
                Embedding.Embedded found = (Embedding.Embedded) together.get(i).get();
                assertThat(found.identifiers()).isEqualTo(identifiers.get(i % names.size()));
                for (int k = 0; k < expected.length; k++) {
                    assertThat((double) found.vector()[k]).isCloseTo(expected[k], within(1e-5));
                }
            }
        }
        assertThat(meters.summary("winnow.batch.pictures").totalAmount()).isEqualTo(40 * names.size());
        assertThat(meters.summary("winnow.batch.pictures").mean()).isGreaterThan(2);
    }

    @Test
    void decodesAFileOnceForSeveralModels() throws Exception {
        EmbeddingModel other = TestModels.load("two-towers");
        List<ImageEmbedder.Pieces> both = embedder.embed(
                Samples.file("plain.png"), List.of(Wanted.whole(batches), Wanted.whole(embedder.batches(other))));
        float[] alone = embedder.embedNow(Samples.file("plain.png"), target);
        assertThat(both).hasSize(2).allSatisfy(pieces -> assertThat(
                        ((Embedding.Embedded) pieces.whole().orElseThrow()).vector())
                .containsExactly(alone, within(1e-5f)));
        assertThat(meters.timer("winnow.stage", "stage", "decode").count()).isEqualTo(1);
        other.close();
    }

    /** A model that another takes the place of is closed when the last forward pass has ended, and then gives no vectors. */
    @Test
    void aModelStaysOpenWhileSomeoneIsAtWorkWithIt() {
        EmbeddingModel retired = TestModels.load("tiny");
        EmbeddingModel.Use use = retired.use();
        retired.close();
        float[] picture = new float[retired.preprocessing().length()];
        picture[0] = 1;
        assertThat(retired.embed(List.of(picture))).hasSize(1);
        use.close();
        assertThatThrownBy(() -> retired.embed(List.of(picture))).isInstanceOf(DependencyUnavailableException.class);
    }

    @Test
    void aLonelyPictureDoesNotWaitForOthers() throws Exception {
        assertThat(whole(embedder.embed(Samples.file("plain.png"), whole))).isInstanceOf(Embedding.Embedded.class);
        assertThat(meters.summary("winnow.batch.pictures").max()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoPictureOneByOne() throws Exception {
        byte[] cut = Samples.file("plain.jpg");
        Embedding.Refused refused =
                (Embedding.Refused) whole(embedder.embed(Arrays.copyOf(cut, cut.length - 9), whole));
        assertThat(refused.rejection().reason()).isEqualTo("truncated");
        assertThatThrownBy(() -> embedder.embedNow(new byte[0], target))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        empty -> assertThat(empty.rejection().reason()).isEqualTo("empty"));
    }

    private static Embedding whole(List<ImageEmbedder.Pieces> pieces) {
        return pieces.getFirst().whole().orElseThrow();
    }
}
