package dev.winnow.embedding;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.onnx.InferenceOptions;
import dev.winnow.embedding.onnx.OnnxTextModel;
import dev.winnow.embedding.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** The text half of a model, found to be what the manifest says. Gives vectors of length 1. */
public final class TextEncoder implements AutoCloseable {

    private final String model;
    private final TextTower tower;
    private final Tokenizer tokenizer;
    private final OnnxTextModel network;

    private TextEncoder(String model, TextTower tower, Tokenizer tokenizer, OnnxTextModel network) {
        this.model = model;
        this.tower = tower;
        this.tokenizer = tokenizer;
        this.network = network;
    }

    /**
     * A text's embedding.
     *
     * @param truncated whether the text had more tokens than the model takes, and the vector is of its beginning
     */
    public record Embedded(float[] vector, boolean truncated) {}

    /**
     * Loads a text tower and tries it: both files' checksums, the tensors' names, types and shapes, whether network and
     * tokenizer have the same vocabulary, and on two texts that the vectors are finite, not constant and not the same.
     *
     * @param model the id of the model it is part of
     * @param manifest beside which its files are
     * @throws UnusableModelException if anything is not as the manifest says
     */
    static TextEncoder load(String model, TextTower tower, Path manifest, InferenceOptions options) {
        Path file = manifest.resolveSibling(tower.file());
        Path vocabulary = manifest.resolveSibling(tower.tokenizer().file());
        EmbeddingModel.requireSha256(file, tower.sha256());
        EmbeddingModel.requireSha256(vocabulary, tower.tokenizer().sha256());
        try {
            EmbeddingModel.requireWhole(file);
            Tokenizer tokenizer = Tokenizer.read(vocabulary, tower.contextLength());
            try {
                OnnxTextModel network = OnnxTextModel.open(file, tower.network(), options);
                try {
                    TextEncoder encoder = new TextEncoder(model, tower, tokenizer, network);
                    encoder.tryOut();
                    return encoder;
                } catch (OrtException | RuntimeException e) {
                    network.close();
                    throw e;
                }
            } catch (OrtException | RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UnusableModelException("cannot read " + vocabulary + ": " + e.getMessage(), e);
        } catch (OrtException | IllegalArgumentException e) {
            throw new UnusableModelException("text tower of model " + model + ": " + e.getMessage(), e);
        }
    }

    /**
     * The embeddings of some texts, in the same order; empty for a text with nothing in it, and where the model gave no
     * direction at all.
     *
     * @throws InterruptedException if interrupted while other threads use the model
     */
    public List<Optional<Embedded>> embed(List<String> texts) throws InterruptedException {
        List<Tokenizer.Tokens> tokens = texts.stream().map(tokenizer::tokenize).toList();
        List<float[]> features;
        try {
            features = network.run(tokens.stream()
                    .filter(text -> text.words() > 0)
                    .map(Tokenizer.Tokens::ids)
                    .toList());
        } catch (OrtException e) {
            throw new DependencyUnavailableException("forward pass of the text tower of " + model, e);
        }
        List<Optional<Embedded>> embedded = new ArrayList<>(texts.size());
        int next = 0;
        for (Tokenizer.Tokens text : tokens) {
            embedded.add(
                    text.words() == 0
                            ? Optional.empty()
                            : EmbeddingModel.ofLengthOne(features.get(next++))
                                    .map(vector -> new Embedded(vector, text.truncated())));
        }
        return embedded;
    }

    private void tryOut() throws OrtException {
        long[] photo = tokenizer.tokenize("a photo of a red bicycle").ids();
        long[] dogs = tokenizer.tokenize("two dogs").ids();
        if (photo.length == 0 || dogs.length == 0) {
            throw new IllegalArgumentException("its tokenizer finds no tokens in an English text");
        }
        try {
            List<float[]> features = network.run(List.of(photo, dogs));
            for (float[] feature : features) {
                ModelTrial.requireUsable(feature, tower.feature().normalised());
            }
            ModelTrial.requireDifferent(features, "texts");
            requireVocabulary(photo);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableModelException("interrupted while trying the model", e);
        }
    }

    /** A network that is shown a token it has no row for fails; at a user's text that would be too late. */
    private void requireVocabulary(long[] tokens) throws InterruptedException {
        long largest = Math.max(tokenizer.largestId(), tower.padding().id());
        long[] extreme = LongStream.concat(LongStream.of(tokens[0], largest), LongStream.of(tokens[tokens.length - 1]))
                .toArray();
        try {
            network.run(List.of(extreme));
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "the network does not know token " + largest + " of its tokenizer: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws OrtException {
        tokenizer.close();
        network.close();
    }
}
