package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.winnow.embedding.Python;
import dev.winnow.embedding.catalogue.GoldenTensors.Picture;
import dev.winnow.embedding.image.Decoder;
import dev.winnow.embedding.image.Pixels;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pixels and tensors of pictures that are not kept, against Pillow, torchvision, timm and open_clip as they are installed.
 * Skipped where there is no Python with these libraries. WINNOW_GOLDEN_PICTURES and WINNOW_GOLDEN_SEED say how many
 * pictures and which.
 */
class DrawnPicturesTest {

    private static final Path ROOT = Path.of(System.getProperty("suite.root", ".."));
    private static final String COUNT =
            Optional.ofNullable(System.getenv("WINNOW_GOLDEN_PICTURES")).orElse("240");
    private static final String SEED =
            Optional.ofNullable(System.getenv("WINNOW_GOLDEN_SEED")).orElse("1");

    @TempDir
    Path work;

    @Test
    void agreesOnPicturesOfEveryKindDrawnAtRandom() throws Exception {
        compare("--random", COUNT);
    }

    @Test
    void agreesOnPhotos() throws Exception {
        Path data = ROOT.resolveSibling("shared").resolve("data");
        assumeTrue(Files.isDirectory(data), () -> "skipped: no " + data + ", so no photos were compared");
        compare("--photos", data.toString(), "--count", COUNT);
    }

    private void compare(String... which) throws Exception {
        Python.assumeModules("torchvision", "timm", "open_clip");
        List<String> arguments = new ArrayList<>(List.of("--out", work.toString(), "--seed", SEED));
        arguments.addAll(List.of(which));
        Python.run(ROOT.resolve("models/golden/make.py"), work, arguments.toArray(String[]::new));
        List<Picture> pictures =
                GoldenTensors.read(work.resolve("presets.json")).pictures();
        assertThat(pictures).hasSize(Integer.parseInt(COUNT));
        List<String> differences = new ArrayList<>();
        for (Picture picture : pictures) {
            differences.addAll(differences(picture));
        }
        assertThat(differences).isEmpty();
        System.out.printf(
                "%d pictures × %d presets (%s, seed %s): no difference%n",
                pictures.size(), GoldenTensors.presets().size(), which[0], SEED);
    }

    private static List<String> differences(Picture picture) throws IOException {
        List<String> differences = new ArrayList<>();
        try (Pixels upright = Samples.upright(picture.bytes())) {
            if (!picture.agrees(upright)) {
                differences.add(picture.file() + ": other pixels");
            }
            // Some presets prepare pictures alike.
            Map<Preprocessing, float[]> tensors = new HashMap<>();
            GoldenTensors.presets().forEach((name, preset) -> picture.difference(
                            name, tensors.computeIfAbsent(preset, p -> p.apply(upright)))
                    .ifPresent(difference -> differences.add(picture.file() + ": " + name + ": " + difference)));
        } catch (Decoder.UndecodableException e) {
            differences.add(picture.file() + ": " + e.getMessage());
        }
        return differences;
    }
}
