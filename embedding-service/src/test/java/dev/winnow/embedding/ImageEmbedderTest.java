package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.embedding.image.MemoryBudget;
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
    private final ImageEmbedder embedder =
            new ImageEmbedder(model, new MemoryBudget(1 << 20), new PipelineMetrics(meters), 3);

    @AfterEach
    void close() throws Exception {
        embedder.close();
        model.close();
    }

    /** Tensors and batches are memory that is used again: nothing of one picture may be seen in another's vector. */
    @Test
    void givesEachOfManyFilesItsOwnVector() throws Exception {
        List<String> names = Samples.names();
        List<Embedding> alone = new ArrayList<>();
        for (String name : names) {
            alone.add(embedder.embedNow(Samples.file(name)));
        }
        assertThat(meters.summary("winnow.batch.pictures").count()).isZero();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Embedding>> together = new ArrayList<>();
            for (int i = 0; i < 40 * names.size(); i++) {
                byte[] file = Samples.file(names.get(i % names.size()));
                together.add(callers.submit(() -> embedder.embed(file)));
            }
            for (int i = 0; i < together.size(); i++) {
                Embedding.Embedded expected = (Embedding.Embedded) alone.get(i % names.size());
                Embedding.Embedded found = (Embedding.Embedded) together.get(i).get();
                assertThat(found.identifiers()).isEqualTo(expected.identifiers());
                for (int k = 0; k < expected.vector().length; k++) {
                    assertThat((double) found.vector()[k]).isCloseTo(expected.vector()[k], within(1e-5));
                }
            }
        }
        assertThat(meters.summary("winnow.batch.pictures").totalAmount()).isEqualTo(40 * names.size());
        assertThat(meters.summary("winnow.batch.pictures").mean()).isGreaterThan(2);
    }

    @Test
    void aLonelyPictureDoesNotWaitForOthers() throws Exception {
        assertThat(embedder.embed(Samples.file("plain.png"))).isInstanceOf(Embedding.Embedded.class);
        assertThat(meters.summary("winnow.batch.pictures").max()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoPictureOneByOne() throws Exception {
        byte[] cut = Samples.file("plain.jpg");
        Embedding.Refused refused = (Embedding.Refused) embedder.embed(Arrays.copyOf(cut, cut.length - 9));
        assertThat(refused.rejection().reason()).isEqualTo("truncated");
        assertThat(embedder.embedNow(new byte[0])).isInstanceOfSatisfying(Embedding.Refused.class, empty -> assertThat(
                        empty.rejection().reason())
                .isEqualTo("empty"));
    }
}
