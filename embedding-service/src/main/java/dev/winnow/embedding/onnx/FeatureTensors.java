package dev.winnow.embedding.onnx;

import dev.winnow.embedding.onnx.format.NodeProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the tensors of a network that can serve as the features of pictures: in a classifier what its last layer reads, in a
 * backbone what it puts out.
 */
public final class FeatureTensors {

    /** As many numbers as a vector may have in a manifest. */
    private static final int LARGEST = 65_536;

    /** Pixels of a picture to a position of a map that describes it, along a side, at least. */
    private static final int FINEST_STRIDE = 8;

    /** As of the last maps of most networks, 14 × 14: fine enough only in pictures of thumbnails' size. */
    private static final long FEW_POSITIONS = 196;

    private static final long USUAL_PIXELS = 224 * 224;

    private final OnnxGraph graph;
    private final Map<String, Measurement> measured = new LinkedHashMap<>();
    private final List<Ranked> ranked = new ArrayList<>();

    private FeatureTensors(OnnxGraph graph) {
        this.graph = graph;
    }

    /**
     * A tensor that can serve.
     *
     * @param tensor its name in the graph
     * @param dimension numbers for each picture, after pooling
     * @param why in words, for the user who must choose
     */
    public record Proposal(String tensor, Pooling pooling, int dimension, String why) {}

    /** @param tier 0 is the best; within a tier the tensor that more nodes lead to */
    private record Ranked(Proposal proposal, int tier, int depth) {}

    /**
     * The tensors that can serve, best first; never empty. The network is run once on noise to see what they are.
     *
     * @throws InvalidNetworkException if there is none: the network is not for pictures, needs more than a picture, or
     *     does not run
     */
    public static List<Proposal> propose(OnnxGraph graph) {
        return new FeatureTensors(graph).proposals();
    }

    private List<Proposal> proposals() {
        if (graph.imageInputs().isEmpty()) {
            throw new InvalidNetworkException(
                    "not a network for pictures: none of its inputs takes a batch of three-channel"
                            + " images; they are "
                            + graph.describeInputs());
        }
        List<HeadTrace> heads = heads();
        measure(heads);
        for (HeadTrace head : heads) {
            judge(head);
        }
        Map<String, Proposal> best = new LinkedHashMap<>();
        ranked.stream()
                .sorted(Comparator.comparingInt(Ranked::tier).thenComparing(Ranked::depth, Comparator.reverseOrder()))
                .forEach(one -> best.putIfAbsent(
                        one.proposal().tensor() + one.proposal().pooling(), one.proposal()));
        if (best.isEmpty()) {
            throw new InvalidNetworkException(
                    "no tensor of the network looks like the features of a picture: its outputs "
                            + graph.outputs().stream()
                                    .map(output -> "'" + output + "' "
                                            + (measured.containsKey(output)
                                                    ? String.valueOf(
                                                            measured.get(output).shape())
                                                    : ""))
                                    .toList()
                            + " are no class scores, vectors, tokens or feature maps");
        }
        return List.copyOf(best.values());
    }

    /** The outputs that depend on one picture alone. */
    private List<HeadTrace> heads() {
        List<HeadTrace> heads = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String output : graph.outputs()) {
            try {
                GraphCut.onlyInput(graph, output);
                heads.add(HeadTrace.from(graph.index(), output));
            } catch (InvalidNetworkException e) {
                refused.add(e.getMessage());
            }
        }
        if (heads.isEmpty()) {
            throw new InvalidNetworkException("no output depends on a picture alone: " + String.join("; ", refused));
        }
        return heads;
    }

    private void measure(List<HeadTrace> heads) {
        Map<ImageInput, Set<String>> tensors = new LinkedHashMap<>();
        for (HeadTrace head : heads) {
            Set<String> wanted =
                    tensors.computeIfAbsent(GraphCut.onlyInput(graph, head.output()), input -> new LinkedHashSet<>());
            wanted.add(head.output());
            head.layer().ifPresent(layer -> wanted.add(layer.getOutput(0)));
            head.layerInput().ifPresent(wanted::add);
            wanted.addAll(upstream(head));
        }
        tensors.forEach((input, wanted) -> {
            wanted.removeIf(
                    tensor -> tensor.equals(input.name()) || graph.index().isConstant(tensor));
            measured.putAll(Probe.run(graph, input, wanted));
        });
    }

    private List<String> upstream(HeadTrace head) {
        return HeadTrace.upstream(graph.index(), head.layerInput().orElse(head.output()));
    }

    private void judge(HeadTrace head) {
        HeadVerdict verdict = HeadVerdict.of(head, measured);
        NodeProto layer = head.layer().orElse(null);
        String input = head.layerInput().orElse(null);
        Measurement output = measured.get(head.output());
        if (output == null || !output.isPerPicture()) {
            return;
        }
        boolean classifier = verdict == HeadVerdict.CLASSIFIER;
        if (layer != null && input != null && verdict != HeadVerdict.BACKBONE) {
            propose(input, classifier ? 1 : 3, features(head, layer, output, classifier));
        }
        if (!classifier) {
            propose(head.output(), outputTier(head, output), ofOutput(head, verdict, output));
        }
        for (String tensor : upstream(head)) {
            Measurement before = measured.get(tensor);
            if (before != null && before.isTokens() && before.isPerPicture()) {
                // The features are one of these tokens.
                String why = "the mean of the " + before.shape().get(1) + " tokens before it";
                add(tensor, Pooling.MEAN, before.shape().get(2), 4, 0, why);
            } else {
                propose(tensor, 4, "what lies before it: " + ofShape(tensor));
            }
        }
        if (classifier) {
            propose(
                    head.output(),
                    6,
                    "the " + output.numbers() + " class scores themselves: what the network names, no more");
        }
    }

    private static String features(HeadTrace head, NodeProto layer, Measurement output, boolean classifier) {
        String what = classifier ? "the last classifier layer" : "the last layer";
        String name = layer.getOpType() + (layer.getName().isEmpty() ? "" : " '" + layer.getName() + "'");
        return head.pooledMap() != null
                ? "what " + what + " reads, a convolution (" + name + ") whose " + output.numbers()
                        + " results are pooled only afterwards; averaged over height and width here"
                : "input of " + what + " (" + name + ", to " + output.numbers() + ")";
    }

    private int outputTier(HeadTrace head, Measurement output) {
        if ("Tanh".equals(head.activation()) && head.layer().isPresent()) {
            // The pooler of a transformer: a layer that many checkpoints never trained.
            return 5;
        }
        if (output.isVector()) {
            return HeadVerdict.isNamedAsEmbedding(head.output()) || head.givesLengthOne() ? 0 : 1;
        }
        return 2;
    }

    private String ofOutput(HeadTrace head, HeadVerdict verdict, Measurement output) {
        if (verdict == HeadVerdict.PROJECTION) {
            return "an output that is " + HeadVerdict.reason(head) + ", " + ofShape(head.output());
        }
        return (graph.outputs().size() == 1 ? "the output" : "an output")
                + (output.isVector() && head.pooledMap() != null ? ", a pooled vector" : ", " + ofShape(head.output()));
    }

    private String ofShape(String tensor) {
        Measurement measurement = measured.get(tensor);
        if (measurement == null || measurement.isVector()) {
            return "a vector";
        }
        if (measurement.isTokens()) {
            return TokenSequence.hasClassToken(measurement, GraphCut.onlyInput(graph, tensor))
                    ? "the class token of " + measurement.shape().get(1) + " tokens"
                    : "the mean of " + measurement.shape().get(1) + " tokens";
        }
        return "a feature map, averaged over height and width";
    }

    private void propose(String tensor, int tier, String why) {
        Measurement measurement = measured.get(tensor);
        if (measurement == null || !measurement.isPerPicture() || !canBeFeatures(tensor, measurement)) {
            return;
        }
        int depth = graph.index().sources(List.of(tensor)).size();
        if (measurement.isVector()) {
            add(tensor, Pooling.NONE, measurement.numbers(), tier, depth, why);
        } else if (measurement.isTokens()) {
            boolean classToken = TokenSequence.hasClassToken(measurement, GraphCut.onlyInput(graph, tensor));
            long dimension = measurement.shape().get(2);
            add(tensor, classToken ? Pooling.CLS : Pooling.MEAN, dimension, tier, depth, why);
            add(
                    tensor,
                    classToken ? Pooling.MEAN : Pooling.CLS,
                    dimension,
                    tier + 2,
                    depth,
                    classToken ? "the mean of all tokens of '" + tensor + "'" : "the first token of '" + tensor + "'");
        } else if (measurement.isMap()) {
            int channels = ChannelAxis.of(graph.index(), tensor, measurement);
            add(tensor, Pooling.MEAN, measurement.shape().get(channels), tier, depth, why);
        }
    }

    private boolean canBeFeatures(String tensor, Measurement measurement) {
        ElementType type = measurement.elementType();
        boolean quantised = type == ElementType.UINT8 || type == ElementType.INT8;
        return (type.isFloatingPoint()
                        || (quantised && Quantisation.of(graph.index(), tensor).isPresent()))
                && (!measurement.isTokens() || TokenSequence.isPlausible(graph, tensor, measurement))
                && (!measurement.isMap() || isCoarse(tensor, measurement));
    }

    /** Maps nearly as large as the picture say where something is, not what the picture shows: those of segmentation. */
    private boolean isCoarse(String tensor, Measurement map) {
        ImageInput input = GraphCut.onlyInput(graph, tensor);
        int channels = ChannelAxis.of(graph.index(), tensor, map);
        long positions = map.numbers() / map.shape().get(channels);
        long pixels = input.height() > 0 && input.width() > 0 ? input.height() * input.width() : USUAL_PIXELS;
        return positions <= FEW_POSITIONS || positions * FINEST_STRIDE * FINEST_STRIDE <= pixels;
    }

    private void add(String tensor, Pooling pooling, long dimension, int tier, int depth, String why) {
        if (dimension >= 2 && dimension <= LARGEST) {
            ranked.add(new Ranked(new Proposal(tensor, pooling, Math.toIntExact(dimension), why), tier, depth));
        }
    }
}
