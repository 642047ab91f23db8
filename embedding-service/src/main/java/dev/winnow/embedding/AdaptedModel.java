package dev.winnow.embedding;

import dev.winnow.contract.Adapter;
import dev.winnow.embedding.ModelManifest.Adapted;
import dev.winnow.embedding.ModelManifest.Feature;
import dev.winnow.embedding.onnx.GraphExtension;
import dev.winnow.embedding.onnx.InvalidNetworkException;
import dev.winnow.embedding.onnx.OnnxGraph;
import dev.winnow.embedding.onnx.Projection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Makes a model of an adapter and the model it was learnt for: the projection is appended to the network of the pictures, and to
 * that of the texts where there is one, since both share a space. What comes out is a model like any other, whose manifest
 * also says what it was made from.
 */
final class AdaptedModel {

    private AdaptedModel() {}

    /**
     * Writes the model's files into a folder, and gives the manifest among them.
     *
     * @param base the manifest of the model it was learnt for, its files beside it
     * @throws UnusableModelException if they do not fit each other
     */
    static Path write(Path base, AdapterStore.StoredAdapter stored, Path folder) {
        Adapter adapter = stored.adapter();
        ModelManifest from = ModelManifest.read(base);
        try {
            requireSha256(stored);
            requireFit(from, adapter);
            Projection projection = projection(stored.graph(), adapter);
            Path beside = base.toAbsolutePath();
            String graphFile = adapter.name() + "-adapter.onnx";
            Files.write(folder.resolve(graphFile), stored.graph());
            String network = adapter.name() + ".onnx";
            String tensor = extend(
                    beside.resolveSibling(from.file()),
                    from.sha256(),
                    from.feature().tensor(),
                    projection,
                    folder.resolve(network));
            Optional<TextTower> text = from.text().map(tower -> text(tower, beside, adapter, projection, folder));
            ModelManifest manifest = new ModelManifest(
                    adapter.name(),
                    adapter.version(),
                    network,
                    EmbeddingModel.sha256(folder.resolve(network)),
                    from.id() + " and a projection learnt from the labels of dataset " + adapter.dataset() + "; "
                            + from.source(),
                    from.licence(),
                    from.input(),
                    from.resize(),
                    from.scale(),
                    from.mean(),
                    from.std(),
                    new Feature(tensor, adapter.dimension(), true),
                    text,
                    Optional.of(new Adapted(from.id(), graphFile, adapter.sha256())));
            return Files.writeString(folder.resolve(adapter.name() + ".yaml"), manifest.toYaml());
        } catch (InvalidNetworkException e) {
            throw new UnusableModelException("adapter " + adapter.id() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UnusableModelException("cannot write the model of adapter " + adapter.id(), e);
        }
    }

    private static TextTower text(TextTower tower, Path beside, Adapter adapter, Projection projection, Path folder) {
        String network = adapter.name() + "-text.onnx";
        // Another name than any other file here can have.
        String vocabulary = adapter.name() + "-tokenizer.json";
        try {
            String tensor = extend(
                    beside.resolveSibling(tower.file()),
                    tower.sha256(),
                    tower.feature().tensor(),
                    projection,
                    folder.resolve(network));
            Files.copy(beside.resolveSibling(tower.tokenizer().file()), folder.resolve(vocabulary));
            return new TextTower(
                    network,
                    EmbeddingModel.sha256(folder.resolve(network)),
                    new TextTower.Vocabulary(vocabulary, tower.tokenizer().sha256()),
                    tower.contextLength(),
                    tower.padding(),
                    tower.tensors(),
                    new Feature(tensor, adapter.dimension(), true));
        } catch (IOException e) {
            throw new UnusableModelException("cannot write the text half of adapter " + adapter.id(), e);
        }
    }

    /** Writes a network with the projection behind its feature, and gives the new feature's tensor. */
    private static String extend(Path network, String sha256, String tensor, Projection projection, Path to)
            throws IOException {
        EmbeddingModel.requireSha256(network, sha256);
        GraphExtension.Extended extended =
                GraphExtension.by(OnnxGraph.read(network), tensor, projection, Adapter.OUTPUT);
        extended.graph().write(to);
        return extended.output();
    }

    private static void requireFit(ModelManifest base, Adapter adapter) {
        if (!base.id().equals(adapter.base()) || base.feature().dimension() != adapter.baseDimension()) {
            throw new UnusableModelException("adapter " + adapter.id() + " is for " + adapter.base() + " of "
                    + adapter.baseDimension() + " numbers, not for " + base.id() + " of "
                    + base.feature().dimension());
        }
    }

    private static void requireSha256(AdapterStore.StoredAdapter stored) {
        String sha256 = HexFormat.of().formatHex(EmbeddingModel.sha256().digest(stored.graph()));
        if (!sha256.equals(stored.adapter().sha256())) {
            throw new UnusableModelException("the graph of adapter "
                    + stored.adapter().id() + " has the SHA-256 " + sha256 + ", its description says "
                    + stored.adapter().sha256());
        }
    }

    private static Projection projection(byte[] graph, Adapter adapter) {
        Projection projection = Projection.read(graph, Adapter.WEIGHT);
        if (projection.from() != adapter.baseDimension() || projection.to() != adapter.dimension()) {
            throw new UnusableModelException("the graph of adapter " + adapter.id() + " is of " + projection.from()
                    + " × " + projection.to() + ", its description says " + adapter.baseDimension() + " × "
                    + adapter.dimension());
        }
        return projection;
    }

    /** What an adapted model's vectors are made with of its base's. */
    static Projection projection(ModelManifest model, Adapted adapter, Path manifest) {
        Path file = manifest.resolveSibling(adapter.file());
        EmbeddingModel.requireSha256(file, adapter.sha256());
        try {
            Projection projection = Projection.read(Files.readAllBytes(file), Adapter.WEIGHT);
            if (projection.to() != model.feature().dimension()) {
                throw new UnusableModelException(file + " gives " + projection.to() + " numbers, the manifest says "
                        + model.feature().dimension());
            }
            return projection;
        } catch (IOException e) {
            throw new UnusableModelException("cannot read " + file, e);
        }
    }
}
