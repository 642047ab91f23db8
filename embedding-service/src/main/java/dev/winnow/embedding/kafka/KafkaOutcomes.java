package dev.winnow.embedding.kafka;

import dev.winnow.contract.EmbeddingEvent;
import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageEmbedded;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.EventJson;
import dev.winnow.embedding.DependencyUnavailableException;
import dev.winnow.embedding.Outcomes;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Outcomes, to the topic of embeddings or that of rejected images. */
@ApplicationScoped
class KafkaOutcomes implements Outcomes {

    /** Above what one batch of the pipeline can put out. */
    private static final int BUFFER = 4096;

    private final Emitter<Record<String, byte[]>> embeddings;
    private final Emitter<Record<String, byte[]>> rejected;

    KafkaOutcomes(
            @Channel("embeddings") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
                    Emitter<Record<String, byte[]>> embeddings,
            @Channel("rejected") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
                    Emitter<Record<String, byte[]>> rejected) {
        this.embeddings = embeddings;
        this.rejected = rejected;
    }

    @Override
    public void publish(List<EmbeddingEvent> outcomes) {
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (EmbeddingEvent outcome : outcomes) {
            Emitter<Record<String, byte[]>> topic =
                    switch (outcome) {
                        case ImageEmbedded e -> embeddings;
                        case EmbeddingRemoved e -> embeddings;
                        case ImageRejected e -> rejected;
                    };
            sent.add(topic.send(Record.of(outcome.image().toString(), EventJson.write(outcome))));
        }
        for (CompletionStage<Void> acknowledgement : sent) {
            try {
                acknowledgement.toCompletableFuture().get();
            } catch (ExecutionException e) {
                throw new DependencyUnavailableException("broker, publishing outcomes", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while publishing");
            }
        }
    }
}
