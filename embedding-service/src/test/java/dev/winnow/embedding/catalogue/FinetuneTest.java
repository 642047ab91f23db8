package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.Python;
import dev.winnow.embedding.catalogue.RealPhotos.Photo;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A published network is added, fitted to real photos by {@code models/finetune.py}, and what comes of it is added again.
 * Skipped where there is no Python with PyTorch, or no photos.
 */
class FinetuneTest {

    private static final Path SCRIPT = RealPhotos.MODELS.resolve("finetune.py");
    private static final String[] CLASSES = {"Dress", "Longsleeve", "Outwear", "Pants", "Shoes", "T-Shirt"};
    private static final String BASE = "mobilenetv2-12-int8";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path work;

    @TempDir
    Path folder;

    /** Once; before each test, since only tests are reported as skipped. */
    @BeforeEach
    void train() throws IOException, InterruptedException {
        Path network = RealPhotos.assumeNetwork(BASE + ".onnx");
        if (Files.exists(models().resolve(BASE))) {
            return;
        }
        Python.assumeModules("torch", "torchvision", "onnx", "onnxruntime", "yaml");
        assertAdded("add", network.toString(), "--preset", "torchvision-mobilenet-v2", "--licence", "Apache-2.0");
        Path list = RealPhotos.list(work.resolve("clothes.csv"), RealPhotos.of(32, CLASSES));
        for (String mode : List.of("features", "top")) {
            Path out = work.resolve(mode);
            finetune(out, manifest(BASE), list, mode, "--name", mode, "--epochs", "4", "--hold-out", "0.3");
            Path made = out.resolve(mode + ".onnx");
            assertAdded(
                    "add",
                    made.toString(),
                    "--manifest",
                    made.resolveSibling(mode + ".yaml").toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"features", "top"})
    void embedsHeldOutPhotosAsPyTorchDoes(String mode) throws Exception {
        JsonNode reference = JSON.readTree(
                        work.resolve(mode).resolve(mode + ".reference.json").toFile())
                .get("vectors");
        assertThat(reference).hasSizeGreaterThanOrEqualTo(16);
        List<Photo> heldOut = heldOut(mode);
        double largest = 0;
        try (EmbeddingModel model = load(mode)) {
            for (Map.Entry<String, JsonNode> photo : reference.properties()) {
                assertThat(heldOut).extracting(Photo::path).contains(photo.getKey());
                float[] vector = RealPhotos.embed(model, List.of(new Photo(photo.getKey(), "")))
                        .getFirst();
                assertThat(vector).hasSize(photo.getValue().size());
                for (int i = 0; i < vector.length; i++) {
                    largest = Math.max(
                            largest,
                            Math.abs(vector[i] - photo.getValue().get(i).doubleValue()));
                }
            }
        }
        System.out.printf("%s, %d photos: difference to PyTorch at most %.2g%n", mode, reference.size(), largest);
        assertThat(largest).isCloseTo(0, within(1e-4));
    }

    @Test
    void fineTunedNeighboursAreNoWorseThanTheFrozenNetworks() throws Exception {
        List<Photo> heldOut = heldOut("top");
        JsonNode report = JSON.readTree(work.resolve("top/top.report.json").toFile());
        assertThat(heldOut).hasSize(report.at("/images/held_out").intValue());
        double frozen;
        double tuned;
        try (EmbeddingModel before = load(BASE);
                EmbeddingModel after = load("top")) {
            frozen = RealPhotos.knn10(RealPhotos.embed(before, heldOut), heldOut);
            tuned = RealPhotos.knn10(RealPhotos.embed(after, heldOut), heldOut);
        }
        System.out.printf(
                "kNN-10 accuracy of %d held-out photos: %.3f, fine-tuned %.3f%n", heldOut.size(), frozen, tuned);
        assertThat(report.get("best_epoch").intValue()).isPositive();
        assertThat(tuned)
                .isGreaterThanOrEqualTo(frozen)
                .isGreaterThanOrEqualTo(report.at("/before/held_out_knn_10").doubleValue());
        // The report's is Python's kNN of PyTorch's vectors.
        assertThat(tuned).isCloseTo(report.at("/after/held_out_knn_10").doubleValue(), within(1.01 / heldOut.size()));
    }

    @Test
    void goesOnFromACheckpointAsIfItHadNotStopped() throws Exception {
        Path list = RealPhotos.list(folder.resolve("few.csv"), RealPhotos.of(8, "Shoes", "Pants"));
        String[] options = {"--name", "few", "--layers", "2", "--rate", "0.001", "--reference", "2"};
        Path whole = folder.resolve("whole");
        finetune(whole, manifest(BASE), list, "top", with(options, "--epochs", "2"));
        Path parts = folder.resolve("parts");
        finetune(parts, manifest(BASE), list, "top", with(options, "--epochs", "1"));
        String first = ModelManifest.read(parts.resolve("few.yaml")).sha256();
        finetune(parts, manifest(BASE), list, "top", with(options, "--epochs", "2", "--resume"));
        JsonNode report = JSON.readTree(whole.resolve("few.report.json").toFile());
        assertThat(report.get("best_epoch").intValue()).isEqualTo(2);
        assertThat(ModelManifest.read(parts.resolve("few.yaml")).sha256())
                .isNotEqualTo(first)
                .isEqualTo(ModelManifest.read(whole.resolve("few.yaml")).sha256());
        assertThat(Files.readString(parts.resolve("log.jsonl"))).contains("\"epoch\": 1", "\"epoch\": 2");
        assertThat(refused(parts, manifest(BASE), list, "top", with(options, "--resume", "--seed", "2")))
                .contains("seed 1 (now 2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resnet18 | Shoes,Pants | no weights in torchvision's cache",
                "resnet-of-mine | Shoes,Pants | there is no network 'resnet-of-mine'",
                "mobile.onnx | Shoes,Pants | ./winnow models add mobile.onnx",
                "MANIFEST | Shoes | at least 2 classes",
                "MANIFEST | Shoes,unreadable | cannot be read as an image",
                "MANIFEST | Shoes,stegosaurus | stegosaurus (1)",
                "MANIFEST | nowhere | no such folder",
            })
    void refusesWhatItCannotTrainOn(String base, String labels, String because) throws Exception {
        List<Photo> photos = new ArrayList<>(RealPhotos.of(6, labels.split(",")));
        Path root = RealPhotos.ROOT;
        if (labels.contains("unreadable")) {
            root = folder;
            for (Photo photo : photos) {
                Path copy = folder.resolve(photo.path());
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(RealPhotos.ROOT.resolve(photo.path()), copy);
            }
            for (int i = 0; i < 6; i++) {
                photos.add(new Photo("spoilt" + i + ".jpg", "unreadable"));
                Files.writeString(folder.resolve("spoilt" + i + ".jpg"), "no picture");
            }
        }
        Path list = labels.equals("nowhere")
                ? folder.resolve("nowhere")
                : RealPhotos.list(folder.resolve("list.csv"), photos);
        String printed = Python.refused(
                SCRIPT,
                folder,
                arguments(
                        folder.resolve("out"),
                        base.equals("MANIFEST") ? manifest(BASE).toString() : base,
                        list,
                        "features",
                        "--name",
                        "refused",
                        "--root",
                        root.toString()));
        assertThat(printed).contains(labels.equals("nowhere") ? "nowhere" : because);
        assertThat(folder.resolve("out/refused.onnx")).doesNotExist();
    }

    private static void finetune(Path out, Path base, Path list, String mode, String... options)
            throws IOException, InterruptedException {
        Python.run(
                SCRIPT,
                work,
                arguments(out, base.toString(), list, mode, with(options, "--root", RealPhotos.ROOT.toString())));
    }

    private static String refused(Path out, Path base, Path list, String mode, String... options)
            throws IOException, InterruptedException {
        return Python.refused(
                SCRIPT,
                work,
                arguments(out, base.toString(), list, mode, with(options, "--root", RealPhotos.ROOT.toString())));
    }

    private static String[] arguments(Path out, String base, Path list, String mode, String... options) {
        return with(
                new String[] {
                    "--base",
                    base,
                    "--labels",
                    list.toString(),
                    "--mode",
                    mode,
                    "--out",
                    out.toString(),
                    "--threads",
                    "2"
                },
                options);
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }

    private static List<Photo> heldOut(String mode) throws IOException {
        Path split = work.resolve(mode).resolve(mode + ".split.csv");
        List<String> parts = Files.readAllLines(split).stream().skip(1).toList();
        List<Photo> photos = RealPhotos.read(split);
        return photos.stream()
                .filter(photo -> parts.get(photos.indexOf(photo)).endsWith(",held-out"))
                .toList();
    }

    private static void assertAdded(String... arguments) {
        CommandRun added = CommandRun.of(models(), arguments);
        assertThat(added.exitCode()).as(added.err()).isZero();
    }

    private static EmbeddingModel load(String name) {
        return EmbeddingModel.load(manifest(name), InferenceOptions.of(ExecutionProvider.CPU, 2, 16));
    }

    private static Path manifest(String name) {
        return models().resolve(name).resolve(name + ".yaml");
    }

    private static Path models() {
        return work.resolve("models");
    }
}
