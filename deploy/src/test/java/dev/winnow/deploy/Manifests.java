package dev.winnow.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads manifests into the types the API servers have for them, and takes no field that these do not know. */
final class Manifests {

    static final Path ROOT = Path.of("").toAbsolutePath();

    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "apps/v1/Deployment", Deployment.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class,
            "keda.sh/v1alpha1/ScaledObject", ScaledObject.class,
            "kustomize.config.k8s.io/v1beta1/Kustomization", Kustomization.class,
            "kustomize.config.k8s.io/v1alpha1/Component", Kustomization.class);

    private static final ObjectMapper STRICT = YAMLMapper.builder(
                    YAMLFactory.builder().build().enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            // The models keep what they do not know in a map, which would make any misspelling welcome.
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            })
            .build();

    private Manifests() {}

    /** Every document of a stream, each as the type of its kind. */
    static List<Object> parse(String yaml) throws IOException {
        List<Object> resources = new ArrayList<>();
        try (var documents = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                String kind = document.path("apiVersion").asText() + "/"
                        + document.path("kind").asText();
                Class<?> type = KINDS.get(kind);
                if (type == null) {
                    throw new IOException("no type for " + kind);
                }
                resources.add(STRICT.treeToValue(document, type));
            }
        }
        return resources;
    }

    /** The manifests as they lie in the folder, not rendered. */
    static List<Path> sources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !ROOT.relativize(file).startsWith("target")
                            && !ROOT.relativize(file).startsWith("src"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> List<T> read(Path file, Class<T> type) throws IOException {
        return parse(Files.readString(file)).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** What Kustomize reads, as far as it is used here. */
    record Kustomization(
            String apiVersion,
            String kind,
            String namespace,
            List<String> resources,
            List<String> components,
            List<Labels> labels,
            List<Image> images,
            List<Patch> patches) {

        record Labels(Map<String, String> pairs, boolean includeSelectors) {}

        record Image(String name, String newName, String newTag) {}

        record Patch(String path) {}
    }

    /** KEDA's resource, with the fields of keda.sh/v1alpha1 that are used here. */
    record ScaledObject(String apiVersion, String kind, Metadata metadata, Spec spec) {

        record Metadata(String name, String namespace, Map<String, String> labels) {}

        record Spec(
                Target scaleTargetRef,
                int minReplicaCount,
                int maxReplicaCount,
                int pollingInterval,
                int cooldownPeriod,
                List<Trigger> triggers) {}

        record Target(String apiVersion, String kind, String name) {}

        record Trigger(String type, Kafka metadata) {}

        /** The Kafka scaler; KEDA takes text only. */
        record Kafka(
                String bootstrapServersFromEnv,
                String consumerGroup,
                String topic,
                String lagThreshold,
                String offsetResetPolicy) {}
    }
}
