package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.List;

/** Vectors between the wire and arrays: one unnamed dense vector a point. */
final class Vectors {

    private Vectors() {}

    /** Refuses what is missing, of another kind, or of another dimension. */
    static float[] read(io.qdrant.client.grpc.Points.Vectors vectors, int dimension) {
        return switch (vectors.getVectorsOptionsCase()) {
            case VECTOR -> read(vectors.getVector(), dimension);
            case VECTORS -> {
                Vector unnamed = vectors.getVectors().getVectorsMap().get("");
                if (unnamed == null || vectors.getVectors().getVectorsCount() != 1) {
                    throw QdrantErrors.badInput("Not existing vector name error: "
                            + vectors.getVectors().getVectorsMap().keySet().stream()
                                    .filter(name -> !name.isEmpty())
                                    .findFirst()
                                    .orElse(""));
                }
                yield read(unnamed, dimension);
            }
            case VECTORSOPTIONS_NOT_SET -> throw QdrantErrors.badInput("Expected some vectors");
        };
    }

    private static float[] read(Vector vector, int dimension) {
        QdrantErrors.refuse(vector.hasSparse() || isSparseInTheOldForm(vector), "sparse vectors");
        QdrantErrors.refuse(vector.hasMultiDense() || isMultiInTheOldForm(vector), "multi-vectors");
        QdrantErrors.refuse(vector.hasDocument() || vector.hasImage() || vector.hasObject(), "inference of vectors");
        return read(vector.hasDense() ? vector.getDense().getDataList() : inTheOldForm(vector), dimension);
    }

    @SuppressWarnings("deprecation") // Clients from before Qdrant 1.13 still send it.
    private static boolean isSparseInTheOldForm(Vector vector) {
        return vector.hasIndices();
    }

    @SuppressWarnings("deprecation") // Clients from before Qdrant 1.13 still send it.
    private static boolean isMultiInTheOldForm(Vector vector) {
        return vector.hasVectorsCount();
    }

    @SuppressWarnings("deprecation") // Clients from before Qdrant 1.13 still send it.
    private static List<Float> inTheOldForm(Vector vector) {
        return vector.getDataList();
    }

    static float[] read(List<Float> data, int dimension) {
        if (data.size() != dimension) {
            throw QdrantErrors.badInput("Vector dimension error: expected dim: " + dimension + ", got " + data.size());
        }
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = data.get(i);
            if (!Float.isFinite(vector[i])) {
                throw QdrantErrors.badInput("Vector contains a value that is not finite: " + vector[i]);
            }
        }
        return vector;
    }

    static VectorsOutput write(float[] vector) {
        DenseVector.Builder dense = DenseVector.newBuilder();
        for (float value : vector) {
            dense.addData(value);
        }
        return VectorsOutput.newBuilder()
                .setVector(VectorOutput.newBuilder().setDense(dense))
                .build();
    }
}
