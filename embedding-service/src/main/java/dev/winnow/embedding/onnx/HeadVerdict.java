package dev.winnow.embedding.onnx;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What the end of a network is, judged by its operators, its names and its numbers of outputs. */
enum HeadVerdict {
    /** The output is scores of classes; the features are what the last layer reads. */
    CLASSIFIER,
    /** The output is the last layer's projection of the features into a space made for comparing. */
    PROJECTION,
    /** There is no last layer of its own: the output is the features. */
    BACKBONE;

    private static final Pattern SCORES =
            Pattern.compile("(?i).*(logit|prob|softmax|score|class|pred|label|categor|head).*");
    private static final Pattern EMBEDDING = Pattern.compile(
            "(?i).*(embed|feature|feat|descriptor|pooled|pooler|hidden|representation|projection|vector|latent).*");
    private static final Pattern TYPED_SUFFIX = Pattern.compile("[:.]\\d+$");

    /** How many classes the usual data sets have; ImageNet with and without a background, 21k, Places, CIFAR, Food, iNaturalist ... */
    private static final Set<Long> CLASSES = Set.of(
            10L, 37L, 100L, 101L, 102L, 120L, 196L, 200L, 257L, 365L, 397L, 1000L, 1001L, 5089L, 8142L, 10000L, 10450L,
            11221L, 11821L, 18291L, 21841L, 21843L);

    /** Usual sizes of a space for comparing. */
    private static final Set<Long> EMBEDDINGS =
            Set.of(64L, 128L, 192L, 256L, 384L, 512L, 640L, 768L, 1024L, 1152L, 1280L, 1536L, 2048L, 4096L);

    static HeadVerdict of(HeadTrace head, Map<String, Measurement> measured) {
        Measurement output = measured.get(head.output());
        if (head.layer().isEmpty() || head.layerInput().isEmpty() || output == null) {
            return BACKBONE;
        }
        boolean pooled = head.pooledMap() != null;
        boolean pointwise = Operators.isConvolution(head.layer().get());
        Measurement result = measured.get(head.layer().get().getOutput(0));
        if (!output.isVector() || (pointwise && !pooled && (result == null || !result.isVector()))) {
            return BACKBONE;
        }
        if (head.givesClassScores()) {
            return CLASSIFIER;
        }
        if (head.givesLengthOne() || (isNamedAsEmbedding(head.output()) && head.activation() == null && !pooled)) {
            return PROJECTION;
        }
        if (CLASSES.contains(output.numbers())) {
            return CLASSIFIER;
        }
        if (head.activation() != null || pooled) {
            // A bent or pooled result that is no probability: the last layer of a backbone.
            return isNamedAsScores(head.output()) ? CLASSIFIER : BACKBONE;
        }
        if (head.isNormalised()) {
            return PROJECTION;
        }
        if (isNamedAsScores(head.output())) {
            return CLASSIFIER;
        }
        return EMBEDDINGS.contains(output.numbers()) ? PROJECTION : CLASSIFIER;
    }

    static boolean isNamedAsEmbedding(String tensor) {
        return EMBEDDING.matcher(lastPart(tensor)).matches();
    }

    private static boolean isNamedAsScores(String tensor) {
        return SCORES.matcher(lastPart(tensor)).matches();
    }

    /** Frameworks name tensors by the way to them: {@code model/head/logits/Softmax:0}. */
    private static String lastPart(String tensor) {
        String name = TYPED_SUFFIX.matcher(tensor).replaceFirst("");
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Why a last layer is taken for a projection. */
    static String reason(HeadTrace head) {
        if (head.givesLengthOne()) {
            return "scaled to length 1";
        }
        if (isNamedAsEmbedding(head.output())) {
            return "named as an embedding";
        }
        return head.isNormalised() ? "normalised" : "of a size usual for embeddings";
    }
}
