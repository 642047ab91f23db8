package dev.winnow.localstack.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic to be created where it is missing.
 *
 * @param cleanupPolicy {@code compact} or {@code delete}
 */
public record TopicSpec(String name, int partitions, String cleanupPolicy) {

    /** Refuses what Kafka would refuse later. */
    public TopicSpec {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name is empty");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("at least one partition is needed");
        }
        if (!cleanupPolicy.equals("compact") && !cleanupPolicy.equals("delete")) {
            throw new IllegalArgumentException("the policy must be compact or delete, not " + cleanupPolicy);
        }
    }

    /** Reads {@code NAME:PARTITIONS:compact|delete}. */
    public static TopicSpec parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("expected NAME:PARTITIONS:compact|delete");
        }
        return new TopicSpec(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, (short) 1).configs(Map.of("cleanup.policy", cleanupPolicy));
    }
}
