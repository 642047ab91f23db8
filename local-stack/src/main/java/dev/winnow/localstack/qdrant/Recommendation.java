package dev.winnow.localstack.qdrant;

import java.util.List;

/**
 * Points like some examples and unlike others.
 *
 * @param metric of the vectors
 * @param positive what to be like, as given
 * @param negative what to be unlike, as given
 */
record Recommendation(Metric metric, List<float[]> positive, List<float[]> negative) {

    Recommendation {
        positive = List.copyOf(positive);
        negative = List.copyOf(negative);
    }

    /** What to be near to: the mean of the positive ones, and as far again from the mean of the negative ones. */
    float[] averageVector() {
        if (positive.isEmpty()) {
            throw QdrantErrors.badInput("Positive vectors should not be empty with `average` strategy");
        }
        float[] target = mean(positive);
        if (!negative.isEmpty()) {
            float[] away = mean(negative);
            for (int i = 0; i < target.length; i++) {
                target[i] = target[i] + target[i] - away[i];
            }
        }
        return target;
    }

    private static float[] mean(List<float[]> vectors) {
        float[] mean = new float[vectors.getFirst().length];
        for (float[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= vectors.size();
        }
        return mean;
    }

    /** In (0, 1) by the closest example where that is a positive one, in (-1, 0) where it is a negative one. */
    RankedPoints.Score bestScore() {
        List<float[]> likes = prepared(positive);
        List<float[]> dislikes = prepared(negative);
        return vector -> {
            float like = closest(likes, vector);
            float dislike = closest(dislikes, vector);
            return like > dislike ? squashed(like) : -squashed(dislike);
        };
    }

    /** The similarities to the positive examples, less those to the negative ones; unbounded. */
    RankedPoints.Score sumScores() {
        List<float[]> likes = prepared(positive);
        List<float[]> dislikes = prepared(negative);
        return vector -> sum(likes, vector) - sum(dislikes, vector);
    }

    private List<float[]> prepared(List<float[]> vectors) {
        if (positive.isEmpty() && negative.isEmpty()) {
            throw QdrantErrors.badRequest("At least one positive or negative vector ID required with this strategy");
        }
        return vectors.stream().map(metric::prepared).toList();
    }

    private float closest(List<float[]> examples, float[] vector) {
        float best = Float.NEGATIVE_INFINITY;
        for (float[] example : examples) {
            best = Math.max(best, metric.similarity(example, vector));
        }
        return best;
    }

    private float sum(List<float[]> examples, float[] vector) {
        float sum = 0;
        for (float[] example : examples) {
            sum += metric.similarity(example, vector);
        }
        return sum;
    }

    /** Into (0, 1), in the same order. */
    private static float squashed(float similarity) {
        return 0.5f * (similarity / (1 + Math.abs(similarity)) + 1);
    }
}
