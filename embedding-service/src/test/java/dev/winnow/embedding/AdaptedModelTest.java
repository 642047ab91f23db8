package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.Adapter;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.onnx.Projection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that an adapter makes of another. */
class AdaptedModelTest {

    private static final int BASE = 49;
    private static final int DIMENSION = 6;

    private final MemoryAdapters adapters = new MemoryAdapters();
    private final WinnowConfig config = WinnowConfigTest.with(Map.of(
            "winnow.model.manifest", TestModels.path("tiny").toString(),
            "winnow.model.folders", TestModels.path("tiny").resolveSibling("").toString()));
    private final ModelLibrary library = new ModelLibrary(config, adapters);

    static float[] weights(int from, int to, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] weights = new float[from * to];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble(-1, 1);
        }
        return weights;
    }

    private static List<float[]> pictures(EmbeddingModel model) {
        return TrialPicture.all().stream().map(model.preprocessing()::apply).toList();
    }

    @Test
    void givesTheProjectionOfWhatTheBaseGives() throws Exception {
        float[] weights = weights(BASE, DIMENSION, 1);
        Projection projection = new Projection(weights, BASE, DIMENSION);
        String id = adapters.put("mine", "two-towers-1", weights, BASE, DIMENSION);
        try (EmbeddingModel base = library.byId("two-towers-1");
                EmbeddingModel adapted = library.byId(id)) {
            assertThat(adapted.manifest().id()).isEqualTo(id);
            assertThat(adapted.manifest().feature().dimension()).isEqualTo(DIMENSION);
            assertThat(adapted.manifest().licence()).isEqualTo(base.manifest().licence());
            List<float[]> features = base.features(pictures(base));
            List<float[]> ours = adapted.features(pictures(adapted));
            for (int i = 0; i < features.size(); i++) {
                assertThat(ours.get(i)).containsExactly(projection.of(features.get(i)), within(1e-5f));
            }
            float[] text = base.text()
                    .orElseThrow()
                    .embed(List.of("a red bicycle"))
                    .getFirst()
                    .orElseThrow()
                    .vector();
            assertThat(adapted.text()
                            .orElseThrow()
                            .embed(List.of("a red bicycle"))
                            .getFirst()
                            .orElseThrow()
                            .vector())
                    .containsExactly(projection.of(text), within(1e-5f));
            assertThat(adapted.projectionFrom("two-towers-1")).isPresent();
            assertThat(adapted.projectionFrom("tiny-1")).isEmpty();
            assertThat(base.projectionFrom("two-towers-1")).isEmpty();
        }
    }

    @Test
    void goesOnFromTheModelThatComesWithWinnow(@TempDir Path folder) {
        Path manifest = Path.of(System.getProperty("suite.root", ".."), "models/default/winnow-default.yaml");
        ModelManifest described = ModelManifest.read(manifest);
        int from = described.feature().dimension();
        float[] weights = weights(from, 32, 3);
        Projection projection = new Projection(weights, from, 32);
        Path written =
                AdaptedModel.write(manifest, MemoryAdapters.made("mine", described.id(), weights, from, 32), folder);
        InferenceOptions options = InferenceOptions.of(ExecutionProvider.CPU, 1, 4);
        try (EmbeddingModel base = EmbeddingModel.load(manifest, options);
                EmbeddingModel adapted = EmbeddingModel.load(written, options)) {
            List<float[]> features = base.features(pictures(base));
            List<float[]> ours = adapted.features(pictures(adapted));
            for (int i = 0; i < features.size(); i++) {
                assertThat(ours.get(i)).containsExactly(projection.of(features.get(i)), within(1e-5f));
            }
        }
    }

    @Test
    void canBeKeptAsFilesLikeAnyOtherModel(@TempDir Path folder) {
        AdapterStore.StoredAdapter stored =
                MemoryAdapters.made("mine", "two-towers-1", weights(BASE, DIMENSION, 1), BASE, DIMENSION);
        Path manifest = AdaptedModel.write(TestModels.path("two-towers"), stored, folder);
        assertThat(ModelManifest.read(manifest).toYaml())
                .isEqualTo(ModelManifest.read(manifest).toYaml())
                .contains("adapter:");
        ModelLibrary kept = new ModelLibrary(
                WinnowConfigTest.with(Map.of(
                        "winnow.model.manifest",
                        TestModels.path("tiny").toString(),
                        "winnow.model.folders",
                        folder.toString())),
                new MemoryAdapters());
        try (EmbeddingModel model = kept.byName("mine")) {
            assertThat(model.projectionFrom("two-towers-1")).isPresent();
        }
        try (EmbeddingModel model = EmbeddingModel.load(manifest, InferenceOptions.of(ExecutionProvider.CPU, 1, 4))) {
            assertThat(model.manifest()).isEqualTo(ModelManifest.read(manifest));
        }
    }

    @Test
    void oneCanStandOnAnother() {
        String first = adapters.put("mine", "tiny-1", weights(BASE, 12, 1), BASE, 12);
        String second = adapters.put("mine", first, weights(12, DIMENSION, 2), 12, DIMENSION);
        Projection onto = new Projection(weights(12, DIMENSION, 2), 12, DIMENSION);
        try (EmbeddingModel one = library.byId(first);
                EmbeddingModel two = library.byId(second)) {
            List<float[]> of = one.features(pictures(one));
            List<float[]> ours = two.features(pictures(two));
            for (int i = 0; i < of.size(); i++) {
                assertThat(ours.get(i)).containsExactly(onto.of(of.get(i)), within(1e-5f));
            }
            assertThat(two.projectionFrom(first)).isPresent();
        }
    }

    @Test
    void whatDoesNotFitIsRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> library.byId("mine-12345678"))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("no model mine-12345678 here");
        String orphan = adapters.put("mine", "gone-1", weights(BASE, DIMENSION, 1), BASE, DIMENSION);
        assertThatThrownBy(() -> library.byId(orphan)).hasMessageContaining("no model gone-1 here");
        String narrow = adapters.put("mine", "tiny-1", weights(48, DIMENSION, 1), 48, DIMENSION);
        assertThatThrownBy(() -> library.byId(narrow)).hasMessageContaining("of 48 numbers, not for tiny-1 of 49");
        String flat = adapters.put("mine", "tiny-1", new float[BASE * DIMENSION], BASE, DIMENSION);
        assertThatThrownBy(() -> library.byId(flat)).isInstanceOf(UnusableModelException.class);
        AdapterStore.StoredAdapter good =
                MemoryAdapters.made("mine", "two-towers-1", weights(BASE, DIMENSION, 1), BASE, DIMENSION);
        byte[] other = good.graph().clone();
        other[other.length / 2] ^= 1;
        assertThatThrownBy(() -> AdaptedModel.write(
                        TestModels.path("two-towers"), new AdapterStore.StoredAdapter(good.adapter(), other), folder))
                .hasMessageContaining("SHA-256");
        assertThat(Adapter.isId("../mine")).isFalse();
    }
}
