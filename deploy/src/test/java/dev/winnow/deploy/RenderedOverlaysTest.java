package dev.winnow.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays as Kustomize renders them; skipped where neither kubectl nor kustomize is on the path. */
class RenderedOverlaysTest {

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void rendersIntoWhatTheClusterKnows(String overlay) throws Exception {
        List<Object> resources = Manifests.parse(render(overlay));
        assertThat(resources.stream().filter(Deployment.class::isInstance)).hasSize(3);
        assertThat(resources.stream().filter(HasMetadata.class::isInstance).map(HasMetadata.class::cast))
                .allSatisfy(resource ->
                        assertThat(resource.getMetadata().getNamespace()).isEqualTo("winnow"));
        assertThat(deployments(resources))
                .flatExtracting(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers())
                .extracting(Container::getImage)
                .allMatch(image -> image.matches("winnow/[a-z]+-service:\\d+\\.\\d+\\.\\d+(-gpu)?"));
    }

    @Test
    void theGpuOverlayPutsTheWorkerOnACard() throws Exception {
        PodSpec pod = deployments(Manifests.parse(render("gpu")))
                .filter(deployment -> deployment.getMetadata().getName().equals("embedding-service"))
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec();
        Container worker = pod.getContainers().getFirst();
        assertThat(worker.getImage()).endsWith("-gpu");
        assertThat(worker.getResources().getLimits()).containsEntry("nvidia.com/gpu", new Quantity("1"));
        assertThat(worker.getResources().getLimits()).containsKey("memory");
        assertThat(worker.getEnv())
                .filteredOn(variable -> variable.getName().equals("WINNOW_EXECUTION_PROVIDER"))
                .singleElement()
                .satisfies(variable -> assertThat(variable.getValue()).isEqualTo("cuda"));
        assertThat(pod.getTolerations()).isNotEmpty();
        assertThat(pod.getNodeSelector()).isNotEmpty();
    }

    private static Stream<Deployment> deployments(List<Object> resources) {
        return resources.stream().filter(Deployment.class::isInstance).map(Deployment.class::cast);
    }

    private static String render(String overlay) throws IOException, InterruptedException {
        Optional<List<String>> tool = onPath("kustomize")
                .map(path -> List.of(path, "build"))
                .or(() -> onPath("kubectl").map(path -> List.of(path, "kustomize")));
        assumeTrue(tool.isPresent(), "neither kustomize nor kubectl on the path: the overlays were not rendered");
        List<String> command = Stream.concat(
                        tool.orElseThrow().stream(),
                        Stream.of(Manifests.ROOT
                                .resolve("overlays")
                                .resolve(overlay)
                                .toString()))
                .toList();
        Path errors = Files.createTempFile("render", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        Files.delete(errors);
        return rendered;
    }

    private static Optional<String> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
