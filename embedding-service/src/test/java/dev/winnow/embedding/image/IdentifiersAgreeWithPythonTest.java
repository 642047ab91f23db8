package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identifiers are those that models/golden/identifiers.py computes with NumPy, SciPy and Pillow. */
class IdentifiersAgreeWithPythonTest {

    private static final Path ROOT = Path.of(System.getProperty("suite.root", ".."));
    private static final Path GOLDEN = ROOT.resolve("models/golden");

    @Test
    void ofTheSamplesAndTheGoldenPictures() throws Exception {
        JsonNode expected =
                new ObjectMapper().readTree(GOLDEN.resolve("identifiers.json").toFile());
        assertThat(expected.size()).isGreaterThan(35);
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, JsonNode> picture : expected.properties()) {
            assertAgree(softly, picture.getKey(), ROOT.resolve(picture.getKey()), picture.getValue());
        }
        softly.assertAll();
    }

    @Test
    void ofPhotos(@TempDir Path work) throws Exception {
        Path photos = ROOT.resolveSibling("shared").resolve("data");
        assumeTrue(Files.exists(photos), () -> "no " + photos + ": identifiers of photos were not compared");
        Python.assumeModules("numpy", "scipy", "PIL");
        List<Path> files;
        try (Stream<Path> all = Files.walk(photos)) {
            files = all.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(100);
        Path list = Files.write(
                work.resolve("list.txt"), files.stream().map(Path::toString).toList());
        Path found = work.resolve("found.json");
        Python.run(GOLDEN.resolve("identifiers.py"), work, "of", list.toString(), found.toString());
        JsonNode expected = new ObjectMapper().readTree(found.toFile());
        SoftAssertions softly = new SoftAssertions();
        for (Path file : files) {
            assertAgree(softly, file.toString(), file, expected.get(file.toString()));
        }
        softly.assertAll();
    }

    private static void assertAgree(SoftAssertions softly, String name, Path path, JsonNode expected)
            throws IOException, Decoder.UndecodableException {
        byte[] file = Files.readAllBytes(path);
        Metadata metadata = Metadata.read(file, Samples.header(file).format());
        Identifiers found;
        try (Pixels stored = Decoder.decode(file, Samples.header(file))) {
            found = Identifiers.of(file, Samples.header(file), metadata, stored);
        }
        softly.assertThat(List.of(
                        found.sha256(),
                        found.bytes(),
                        found.format().toString(),
                        found.width(),
                        found.height(),
                        found.orientation(),
                        String.valueOf(found.capturedAt()),
                        String.valueOf(found.camera())))
                .as(name)
                .containsExactly(
                        expected.get("sha256").textValue(),
                        expected.get("bytes").longValue(),
                        expected.get("format").textValue(),
                        expected.get("width").intValue(),
                        expected.get("height").intValue(),
                        expected.get("orientation").intValue(),
                        expected.get("capturedAt").asText(),
                        expected.get("camera").asText());
        // Where luma lies in the middle between two values, it may be rounded either way.
        assertClose(softly, name + " brightness", found.brightness(), expected.get("brightness"), 1e-4);
        assertClose(softly, name + " contrast", found.contrast(), expected.get("contrast"), 1e-4);
        assertClose(softly, name + " entropy", found.entropy(), expected.get("entropy"), 0.01);
        double sharpness = expected.get("sharpness").doubleValue();
        assertClose(softly, name + " sharpness", found.sharpness(), expected.get("sharpness"), 0.002 * sharpness);
        long bits = Long.parseUnsignedLong(found.phash(), 16)
                ^ Long.parseUnsignedLong(expected.get("phash").textValue(), 16);
        softly.assertThat(Long.bitCount(bits)).as(name + " phash").isLessThanOrEqualTo(2);
        softly.assertThat(found.colours().stream().map(DominantColour::name))
                .as(name)
                .containsExactlyElementsOf(expected.get("colours").findValuesAsText("name"));
        for (int i = 0;
                i < Math.min(found.colours().size(), expected.get("colours").size());
                i++) {
            DominantColour colour = found.colours().get(i);
            JsonNode other = expected.get("colours").get(i);
            assertClose(softly, name + " share", colour.share(), other.get("share"), 1e-9);
            assertClose(
                    softly, name + " L*", colour.lightness(), other.get("lab").get(0), 1e-4);
            assertClose(softly, name + " a*", colour.a(), other.get("lab").get(1), 1e-4);
            assertClose(softly, name + " b*", colour.b(), other.get("lab").get(2), 1e-4);
        }
    }

    private static void assertClose(
            SoftAssertions softly, String what, double found, JsonNode expected, double tolerance) {
        softly.assertThat(found).as(what).isCloseTo(expected.doubleValue(), within(tolerance));
    }
}
