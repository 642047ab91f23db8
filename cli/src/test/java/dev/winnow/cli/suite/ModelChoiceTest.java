package dev.winnow.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.cli.terminal.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelChoiceTest {

    @TempDir
    Path root;

    private Path manifest() throws Exception {
        Path manifest = root.resolve("models of mine/own/own.yaml");
        Files.createDirectories(manifest.getParent());
        return Files.writeString(
                manifest,
                "name: own\nversion: \"7.1\"   # of the weights\nfile: own.onnx\ntext:\n  file: other.onnx\n");
    }

    @Test
    void whereNothingWasChosenItIsTheModelThatComesAlong() throws Exception {
        Installation installation = new Installation(root);
        ModelChoice choice = ModelChoice.read(root, installation);
        assertThat(choice.name()).isEqualTo("winnow-default");
        assertThat(choice.path()).isEqualTo(installation.defaultModelManifest());
    }

    @Test
    void readsWhatWasChosenAlsoWithoutTheFolder() throws Exception {
        Installation installation = new Installation(root);
        Path manifest = manifest();
        Files.writeString(root.resolve("model.json"), "{\"name\": \"own\", \"manifest\": \"" + manifest + "\"}");
        ModelChoice choice = ModelChoice.read(root, installation);
        assertThat(choice.id()).isEqualTo("own-7.1");
        assertThat(choice.folder(installation)).isEqualTo(root.resolve("models of mine"));
        Files.writeString(
                root.resolve("model.json"),
                "{\"name\": \"own\", \"manifest\": \"" + manifest + "\", \"folder\": \"/elsewhere\"}");
        assertThat(ModelChoice.read(root, installation).folder(installation)).isEqualTo(Path.of("/elsewhere"));
    }

    @Test
    void aChoiceThatIsGoneIsSaidByName() throws Exception {
        Files.writeString(root.resolve("model.json"), "{\"name\": \"own\", \"manifest\": \"/gone/own.yaml\"}");
        assertThatThrownBy(() -> ModelChoice.read(root, new Installation(root)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the chosen model own is gone");
    }
}
