package dev.winnow.localstack.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.winnow.localstack.LocalStackProcess;
import dev.winnow.localstack.SharedLocalStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of the local broker behaves as the one that deploy creates, but for what one node on a laptop must have. */
class ProductionTopicsTest {

    /** One node holds one copy. */
    private static final Set<String> OF_A_CLUSTER = Set.of("min.insync.replicas");

    /** Small segments and indexes, for disk and for the time a start after a kill takes; no client notices. */
    private static final Set<String> OF_A_LAPTOP = Set.of("segment.bytes", "segment.index.bytes");

    @TempDir
    private Path data;

    private static List<JsonNode> productionTopics() throws Exception {
        Path file = SharedLocalStack.winnowRoot().resolve("deploy/components/topics/topics.yaml");
        YAMLMapper yaml = new YAMLMapper();
        List<JsonNode> topics = new ArrayList<>();
        try (var parser = new YAMLFactory().createParser(file.toFile())) {
            yaml.readValues(parser, JsonNode.class).forEachRemaining(topics::add);
        }
        return topics;
    }

    @Test
    void topics_have_the_settings_of_deploy() throws Exception {
        List<JsonNode> production = productionTopics();
        assertThat(production).isNotEmpty();
        List<String> arguments = new ArrayList<>();
        for (JsonNode topic : production) {
            JsonNode spec = topic.get("spec");
            arguments.add("--topic");
            arguments.add(spec.get("topicName").asText() + ":"
                    + spec.get("partitions").asText() + ":"
                    + spec.at("/config/cleanup.policy").asText());
        }
        try (LocalStackProcess stack = SharedLocalStack.start(data, arguments.toArray(String[]::new));
                Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
            for (JsonNode topic : production) {
                JsonNode spec = topic.get("spec");
                String name = spec.get("topicName").asText();
                var described = admin.describeTopics(List.of(name))
                        .allTopicNames()
                        .get()
                        .get(name);
                assertThat(described).isNotNull();
                assertThat(described.partitions())
                        .hasSize(spec.get("partitions").asInt());
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                Config config =
                        admin.describeConfigs(List.of(resource)).all().get().get(resource);
                assertThat(config).isNotNull();
                spec.get("config").properties().forEach(setting -> {
                    if (!OF_A_CLUSTER.contains(setting.getKey())) {
                        assertThat(config.get(setting.getKey()).value())
                                .as("%s of %s", setting.getKey(), name)
                                .isEqualTo(setting.getValue().asText());
                    }
                });
                assertThat(otherwiseThanKafka(config, spec.get("config"))).isSubsetOf(OF_A_LAPTOP);
            }
        }
    }

    /** The settings that are neither Kafka's defaults nor what deploy says. */
    private static Set<String> otherwiseThanKafka(Config config, JsonNode production) {
        Set<String> names = new TreeSet<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG && !production.has(entry.name())) {
                names.add(entry.name());
            }
        }
        return names;
    }
}
