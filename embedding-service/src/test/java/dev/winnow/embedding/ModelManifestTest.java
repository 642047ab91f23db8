package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.embedding.image.Interpolation;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelManifestTest {

    @TempDir
    Path folder;

    @Test
    void readsEveryField() {
        ModelManifest manifest = ModelManifest.read(TestModels.path("tiny"));
        assertThat(manifest.name()).isEqualTo("tiny");
        assertThat(manifest.feature()).isEqualTo(new ModelManifest.Feature("embedding", 49, true));
        assertThat(manifest.input())
                .isEqualTo(
                        new ModelManifest.Input("image", 32, 32, Preprocessing.Layout.NCHW, Preprocessing.Colour.RGB));
        assertThat(manifest.resize()).isEqualTo(new Resize.ShortSide(32, Interpolation.BILINEAR));
        assertThat(manifest.mean()).containsExactly(0.5, 0.5, 0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "short_side: 32 | short_side: 0 | short_side",
                "short_side: 32 | short_sidee: 32 | resize",
                "short_side: 32 | width: 32 | resize",
                "width: 32 | width: 4000 | width",
                "licence: Apache-2.0 | 'licence: Apache-2.0\nshape: round' | shape",
                "licence: Apache-2.0 | 'licence: Apache-2.0\nlicence: MIT' | licence",
                "version: \"1\" | version: 1-b | version",
                "'licence: Apache-2.0\n' | '' | licence",
                "bilinear | cubic | cubic",
                "RGB | rgb | rgb",
                "file: tiny.onnx | file: ../tiny.onnx | file",
                "name: tiny | name: Tiny/.. | name",
                "sha256: | 'sha256: \"\" #' | sha256",
                "scale: 0.00392156862745098 | scale: .nan | scale",
                "std: [0.5, 0.5, 0.5] | std: [0.5, 0, 0.5] | std",
                "mean: [0.5, 0.5, 0.5] | mean: [0.5] | mean",
                "dimension: 49 | dimension: 0 | dimension",
                "normalised: true | normalized: true | normalised",
                "source: | 'source: ~ #' | source"
            })
    void refusesWhatIsNotAsItShouldBe(String from, String to, String named) throws IOException {
        String sound = Files.readString(TestModels.path("tiny"));
        assertThat(sound).contains(from);
        Path spoilt = Files.writeString(folder.resolve("m.yaml"), sound.replace(from, to));
        assertThatThrownBy(() -> ModelManifest.read(spoilt))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("m.yaml")
                .hasMessageContaining(named);
    }

    @Test
    void readsTheTextTowerOfAModelThatHasOne() {
        assertThat(ModelManifest.read(TestModels.path("tiny")).text()).isEmpty();
        TextTower tower =
                ModelManifest.read(TestModels.path("two-towers")).text().orElseThrow();
        assertThat(tower.file()).isEqualTo("tiny-text.onnx");
        assertThat(tower.tokenizer().file()).isEqualTo("tiny-tokenizer.json");
        assertThat(tower.contextLength()).isEqualTo(8);
        assertThat(tower.padding()).isEqualTo(new TextTower.Padding(2, TextTower.Length.LONGEST));
        assertThat(tower.tensors()).isEqualTo(new TextTower.Tensors("input_ids", Optional.of("attention_mask")));
        assertThat(tower.feature()).isEqualTo(new ModelManifest.Feature("text_embeds", 49, false));
        assertThat(ModelManifest.read(TestModels.path("two-towers-fixed"))
                        .text()
                        .orElseThrow()
                        .tensors()
                        .attentionMask())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'text:\n' | 'text: ~\nx:\n' | text",
                "'text:\n' | 'txt:\n' | txt",
                "'  context_length: 8\n' | '' | context_length",
                "context_length: 8 | context_length: 2 | text.context_length",
                "attention_mask: attention_mask | mask: attention_mask | mask",
                "'{id: 2, length: longest}' | '{id: -1, length: longest}' | text.padding.id",
                "'{id: 2, length: longest}' | '{length: longest}' | id",
                "length: longest | length: max | max",
                "file: tiny-text.onnx | file: ../tiny-text.onnx | text.file",
                "'{file: tiny-tokenizer.json' | '{file: a/b.json' | text.tokenizer.file",
                "'text_embeds, dimension: 49' | 'text_embeds, dimension: 48' | text.feature.dimension",
            })
    void refusesATextTowerThatIsNotAsItShouldBe(String from, String to, String named) throws IOException {
        String sound = Files.readString(TestModels.path("two-towers"));
        assertThat(sound).contains(from);
        Path spoilt = Files.writeString(folder.resolve("m.yaml"), sound.replace(from, to));
        assertThatThrownBy(() -> ModelManifest.read(spoilt))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("m.yaml")
                .hasMessageContaining(named);
    }
}
