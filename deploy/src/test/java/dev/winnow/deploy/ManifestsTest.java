package dev.winnow.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.Topic;
import dev.winnow.curation.CurationConfig;
import dev.winnow.deploy.Manifests.ScaledObject;
import dev.winnow.embedding.WinnowConfig;
import dev.winnow.ingest.IngestConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {

    /** Keys of Quarkus, its Kafka client and the JVM that the manifests may set. */
    private static final Set<String> FOREIGN =
            Set.of("QUARKUS_HTTP_PORT", "KAFKA_BOOTSTRAP_SERVERS", "JAVA_TOOL_OPTIONS");

    static Stream<Path> sources() {
        return Manifests.sources().stream();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everySourceIsWhatItsKindAllows(Path file) throws IOException {
        assertThat(Manifests.parse(Files.readString(file))).isNotEmpty();
    }

    /** The gate holds: a misspelt field is refused, at any depth and in every sort of resource. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "base/ingest-service.yaml|readOnlyRootFilesystem:|readonlyRootFilesystem:",
                "base/ingest-service.yaml|terminationGracePeriodSeconds:|terminationGraceSeconds:",
                "base/ingest-service.yaml|maxUnavailable: 1\\n|maxUnavailible: 1\\n",
                "base/ingest-service.yaml|targetPort:|targetport:",
                "base/endpoints.yaml|data:|date:",
                "components/topics/topics.yaml|  partitions:|  partition:",
                "components/autoscaling/embedding-service.yaml|lagThreshold:|lagTreshold:",
                "overlays/gpu/kustomization.yaml|patches:|patch:"
            })
    void refusesAnUnknownField(String planted) throws IOException {
        String[] parts = planted.replace("\\n", "\n").split("\\|");
        String source = Files.readString(Manifests.ROOT.resolve(parts[0]));
        assertThat(source).contains(parts[1]);
        assertThatThrownBy(() -> Manifests.parse(source.replaceFirst(parts[1], parts[2])))
                .isInstanceOf(com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException.class);
    }

    @Test
    void theTopicsAreThoseOfTheContract() throws IOException {
        List<KafkaTopic> topics =
                Manifests.read(Manifests.ROOT.resolve("components/topics/topics.yaml"), KafkaTopic.class);
        assertThat(topics)
                .extracting(topic -> new Topic(
                        topic.getSpec().getTopicName(),
                        topic.getSpec().getPartitions(),
                        Objects.equals(topic.getSpec().getConfig().get("cleanup.policy"), "compact")))
                .containsExactlyElementsOf(Topic.ALL);
        assertThat(topics).allSatisfy(topic -> assertThat(topic.getMetadata().getName())
                .isEqualTo(topic.getSpec().getTopicName()));
    }

    @Test
    void scalesTheWorkerByItsOwnLag() throws IOException {
        ScaledObject scaled = Manifests.read(
                        Manifests.ROOT.resolve("components/autoscaling/embedding-service.yaml"), ScaledObject.class)
                .getFirst();
        Topic images = Topic.ALL.stream()
                .filter(topic -> topic.name().equals(Topic.IMAGES))
                .findFirst()
                .orElseThrow();
        assertThat(scaled.spec().maxReplicaCount()).isEqualTo(images.partitions());
        assertThat(scaled.spec().triggers().getFirst().metadata().topic()).isEqualTo(Topic.IMAGES);
        assertThat(scaled.spec().scaleTargetRef().name()).isEqualTo("embedding-service");
        assertThat(deployment("embedding-service").getSpec().getReplicas()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "embedding-service", "curation-service"})
    void everyServiceIsProbedAndConfined(String service) throws IOException {
        PodSpec pod = deployment(service).getSpec().getTemplate().getSpec();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        Container container = pod.getContainers().getFirst();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/q/health/started");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(30);
    }

    /** A worker that is killed while it drains has its images tried again one by one. */
    @Test
    void theWorkerHasTheTimeToDrain() throws IOException {
        PodSpec pod = deployment("embedding-service").getSpec().getTemplate().getSpec();
        long before = pod.getContainers()
                .getFirst()
                .getLifecycle()
                .getPreStop()
                .getSleep()
                .getSeconds();
        assertThat(pod.getTerminationGracePeriodSeconds() - before).isGreaterThan(75);
    }

    @Test
    void everyVariableIsASettingOfAService() throws IOException {
        Set<String> known = new TreeSet<>(FOREIGN);
        known.addAll(variables(IngestConfig.class));
        known.addAll(variables(WinnowConfig.class));
        known.addAll(variables(CurationConfig.class));
        assertThat(known).contains("WINNOW_S3_ENDPOINT", "WINNOW_EMBEDDING_URL", "WINNOW_MODEL_MANIFEST");

        ConfigMap endpoints = Manifests.read(Manifests.ROOT.resolve("base/endpoints.yaml"), ConfigMap.class)
                .getFirst();
        assertThat(known).containsAll(endpoints.getData().keySet());
        for (Map.Entry<String, Class<?>> service : Map.<String, Class<?>>of(
                        "ingest-service", IngestConfig.class,
                        "embedding-service", WinnowConfig.class,
                        "curation-service", CurationConfig.class)
                .entrySet()) {
            Set<String> own = new TreeSet<>(variables(service.getValue()));
            own.addAll(FOREIGN);
            assertThat(own).as(service.getKey()).containsAll(environment(deployment(service.getKey())));
        }
        Deployment gpu = Manifests.read(Manifests.ROOT.resolve("overlays/gpu/embedding-service.yaml"), Deployment.class)
                .getFirst();
        assertThat(variables(WinnowConfig.class)).containsAll(environment(gpu));
    }

    @Test
    void everyBaseImageIsPinned() throws IOException {
        try (Stream<Path> files = Files.list(Manifests.ROOT.resolve("docker"))) {
            List<Path> recipes = files.toList();
            assertThat(recipes).hasSize(4);
            for (Path recipe : recipes) {
                String text = Files.readString(recipe);
                assertThat(text.lines().filter(line -> line.startsWith("FROM ")))
                        .isNotEmpty()
                        .allMatch(line -> line.matches("FROM \\S+:\\d+\\.\\d+\\.\\d+\\S*( AS \\w+)?"));
                assertThat(text).contains("USER 10001:10001");
            }
        }
    }

    private static Deployment deployment(String service) throws IOException {
        return Manifests.read(Manifests.ROOT.resolve("base/" + service + ".yaml"), Deployment.class)
                .getFirst();
    }

    private static Set<String> environment(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
                .flatMap(container -> container.getEnv().stream())
                .map(EnvVar::getName)
                .collect(Collectors.toSet());
    }

    /** The mapping's property names, as MicroProfile Config turns them into variables. */
    private static Set<String> variables(Class<?> config) {
        return names(config, "WINNOW_").collect(Collectors.toSet());
    }

    private static Stream<String> names(Class<?> group, String prefix) {
        return Stream.of(group.getMethods()).flatMap(method -> {
            String name = prefix + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
            boolean isGroup = method.getReturnType().getEnclosingClass() != null
                    && method.getReturnType().isInterface();
            return isGroup ? names(method.getReturnType(), name + "_") : Stream.of(name);
        });
    }
}
