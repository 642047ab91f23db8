package dev.winnow.embedding.kafka;

import dev.winnow.embedding.Attempts;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Tells which partitions of the images topic have come from another worker. */
@ApplicationScoped
@Identifier("image-partitions")
class ImagePartitions implements KafkaConsumerRebalanceListener {

    private final Attempts attempts;

    ImagePartitions(Attempts attempts) {
        this.attempts = attempts;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        attempts.assigned(partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
    }
}
