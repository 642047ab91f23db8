package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.embedding.image.Interpolation;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
