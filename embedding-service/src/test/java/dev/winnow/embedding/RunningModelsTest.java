package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.embedding.image.MemoryBudget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models run, by the parts that they have; and the steps of a change. */
class RunningModelsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ImageEmbedder embedder = new ImageEmbedder(new MemoryBudget(2_000), new PipelineMetrics(meters), 1);
    private final MemoryCollections collections = new MemoryCollections();

    @TempDir
    Path folder;

    @BeforeEach
    void copyAModel() throws Exception {
        Files.createDirectory(folder.resolve("any"));
        for (String file : List.of("two-towers.yaml", "tiny.onnx", "tiny-text.onnx", "tiny-tokenizer.json")) {
            Files.copy(
                    TestModels.path("tiny").resolveSibling(file),
                    folder.resolve("any").resolve(file));
        }
    }

    @AfterEach
    void close() {
        embedder.close();
    }

    private WinnowConfig config(boolean takesOver) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "winnow.model.manifest", TestModels.path("tiny").toString(),
                "winnow.model.folders", folder.toString()));
        settings.put("winnow.model.activate", Boolean.toString(takesOver));
        return WinnowConfigTest.with(settings);
    }

    private RunningModels models(boolean takesOver) {
        WinnowConfig config = config(takesOver);
        return new RunningModels(new ModelLibrary(config, new MemoryAdapters()), collections, embedder, meters, config);
    }

    private ModelChange change(RunningModels models) {
        return new ModelChange(models, collections, new ModelLibrary(config(false), new MemoryAdapters()));
    }

    private static List<String> running(RunningModels models) {
        try (RunningModels.Running running = models.running()) {
            return running.targets().stream().map(Target::id).toList();
        }
    }

    @Test
    void theConfiguredModelIsTheFirst() {
        RunningModels models = models(false);
        assertThat(running(models)).containsExactly("tiny-1");
        assertThat(collections.roles.active()).contains("tiny-1");
        models.close();
    }

    @Test
    void theActiveModelRunsAlsoIfAnotherIsConfigured() {
        collections.roles = new Roles(Optional.of("two-towers-1"), Optional.empty(), List.of());
        RunningModels models = models(true);
        assertThat(running(models)).containsExactly("two-towers-1");
        assertThat(collections.roles.active()).contains("two-towers-1");
        models.close();
    }

    @Test
    void aChangeGoesStepByStepAndBack() {
        RunningModels models = models(false);
        ModelChange change = change(models);
        change.begin("two-towers");
        assertThat(running(models)).containsExactly("tiny-1", "two-towers-1");
        change.begin("two-towers");
        assertThatThrownBy(() -> change.begin("tiny"))
                .isInstanceOf(ModelChangeConflictException.class)
                .hasMessageContaining("two-towers-1 is under way");
        assertThatThrownBy(change::rollBack).isInstanceOf(ModelChangeConflictException.class);

        collections.of("tiny-1").known.put(ImageId.ofRawKey("a/x"), new PointStore.KnownImage("e", BoxMark.NONE));
        assertThat(change.progress(0, 1).state()).isEqualTo(ModelChange.State.FILLING);
        assertThatThrownBy(() -> change.activate(false))
                .isInstanceOfSatisfying(ModelChangeConflictException.class, e -> assertThat(e.missing())
                        .isEqualTo(1))
                .hasMessageContaining("1 images have no vector of two-towers-1");
        collections.of("two-towers-1").known.put(ImageId.ofRawKey("a/x"), new PointStore.KnownImage("e", BoxMark.NONE));
        assertThat(change.progress(0, 1).state()).isEqualTo(ModelChange.State.COMPLETE);

        try (RunningModels.Running before = models.running()) {
            change.activate(false);
            assertThat(running(models)).containsExactly("two-towers-1");
            // Whoever was at work with it can finish.
            EmbeddingModel old = before.active().model();
            assertThat(old.manifest().id()).isEqualTo("tiny-1");
            float[] picture = new float[old.preprocessing().length()];
            picture[0] = 1;
            assertThat(old.embed(List.of(picture))).hasSize(1);
        }
        assertThat(change.progress(0, 1).state()).isEqualTo(ModelChange.State.NONE);
        change.rollBack();
        assertThat(running(models)).containsExactly("tiny-1");
        assertThat(collections.roles.previous()).containsExactly("two-towers-1");
        change.begin("two-towers");
        change.giveUp();
        assertThat(running(models)).containsExactly("tiny-1");
        assertThatThrownBy(change::giveUp).isInstanceOf(ModelChangeConflictException.class);
        assertThatThrownBy(() -> change.begin("unknown")).isInstanceOf(UnusableModelException.class);
        models.close();
    }

    @Test
    void aNextModelThatCannotBeUsedIsToldAndTakesNoPart() throws Exception {
        RunningModels models = models(false);
        models.refresh();
        Files.write(folder.resolve("any/tiny.onnx"), new byte[] {1});
        collections.roles = new Roles(Optional.of("tiny-1"), Optional.of("two-towers-1"), List.of());
        models.refresh();
        assertThat(running(models)).containsExactly("tiny-1");
        assertThat(models.problem()).get().asString().contains("next model", "SHA-256");
        ModelChange change = change(models);
        assertThatThrownBy(() -> change.begin("two-towers")).isInstanceOf(UnusableModelException.class);
        assertThatThrownBy(() -> change.activate(true))
                .isInstanceOf(ModelChangeConflictException.class)
                .hasMessageContaining("SHA-256");
        models.close();
    }

    @Test
    void whereTheActiveModelIsGoneNothingRunsUnlessTheConfiguredOneMayTakeOver() {
        collections.roles = new Roles(Optional.of("gone-1"), Optional.empty(), List.of());
        RunningModels models = models(false);
        models.refresh();
        assertThat(models.isReady()).isFalse();
        assertThat(models.problem()).get().asString().contains("no model gone-1 here");
        assertThatThrownBy(models::running)
                .isInstanceOf(DependencyUnavailableException.class)
                .hasMessageContaining("gone-1");
        models.close();

        RunningModels taking = models(true);
        assertThat(running(taking)).containsExactly("tiny-1");
        assertThat(collections.roles).isEqualTo(new Roles(Optional.of("tiny-1"), Optional.empty(), List.of("gone-1")));
        taking.close();
    }

    @Test
    void whatOneReplicaChangesAnotherFollows() {
        RunningModels one = models(false);
        RunningModels other = models(false);
        other.refresh();
        change(one).begin("two-towers");
        other.refresh();
        assertThat(running(other)).containsExactly("tiny-1", "two-towers-1");
        change(one).activate(false);
        assertThat(running(other)).containsExactly("tiny-1", "two-towers-1");
        other.refresh();
        assertThat(running(other)).containsExactly("two-towers-1");
        one.close();
        other.close();
    }

    @Test
    void withoutTheVectorDatabaseNobodyKnowsWhatIsActive() {
        RunningModels models = models(false);
        collections.down = true;
        assertThatThrownBy(models::running).isInstanceOf(DependencyUnavailableException.class);
        collections.down = false;
        assertThat(running(models)).containsExactly("tiny-1");
        models.close();
    }
}
