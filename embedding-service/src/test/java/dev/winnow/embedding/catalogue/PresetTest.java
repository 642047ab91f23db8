package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.winnow.embedding.catalogue.GoldenTensors.Picture;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every preset makes of every kept picture the tensor that the library it is named after makes, bit for bit: JPEG, PNG,
 * WebP, GIF and BMP of every kind, larger and smaller than the crop, thin, and turned by EXIF. No Python is needed.
 */
class PresetTest {

    private static final Path GOLDEN = Path.of(System.getProperty("suite.root", ".."), "models/golden/presets.json");
    private static final Map<String, Preprocessing> PRESETS = GoldenTensors.presets();

    static Stream<Arguments> cases() throws IOException {
        return GoldenTensors.read(GOLDEN).pictures().stream().flatMap(picture -> PRESETS.entrySet().stream()
                .map(preset -> argumentSet(
                        preset.getKey() + ", " + picture.file().getFileName(),
                        preset.getKey(),
                        preset.getValue(),
                        picture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void makesTheLibrarysTensor(String name, Preprocessing preset, Picture picture) throws Exception {
        PreparedImage prepared = PreparedImage.of(picture.bytes(), preset, new MemoryBudget(1 << 24));
        assertThat(prepared).isInstanceOfSatisfying(PreparedImage.Ready.class, ready -> assertThat(
                        picture.difference(name, ready.tensor()))
                .isEmpty());
    }

    @Test
    void leavesOutNoPreset() throws IOException {
        assertThat(GoldenTensors.read(GOLDEN).pictures())
                .hasSizeGreaterThanOrEqualTo(69)
                .allSatisfy(picture -> assertThat(picture.tensors()).containsOnlyKeys(PRESETS.keySet()));
    }
}
