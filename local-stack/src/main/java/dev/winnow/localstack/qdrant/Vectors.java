package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Vectors between the wire and arrays: dense ones, by name or unnamed. */
final class Vectors {

    private Vectors() {}

    /** By name and as they are stored. Refuses what has no known name, is of another kind or of another dimension. */
    static Map<String, float[]> read(io.qdrant.client.grpc.Points.Vectors vectors, Map<String, VectorSpace> spaces) {
        return switch (vectors.getVectorsOptionsCase()) {
            case VECTOR -> read(Map.of("", vectors.getVector()), spaces);
            case VECTORS -> read(vectors.getVectors().getVectorsMap(), spaces);
            case VECTORSOPTIONS_NOT_SET -> throw QdrantErrors.badInput("Expected some vectors");
        };
    }

    private static Map<String, float[]> read(Map<String, Vector> vectors, Map<String, VectorSpace> spaces) {
        Map<String, float[]> read = new HashMap<>();
        vectors.forEach((name, vector) -> {
            VectorSpace space = spaces.get(name);
            if (space == null) {
                throw QdrantErrors.noVectorName(name);
            }
            read.put(name, space.metric().prepared(read(vector, space.dimension())));
        });
        return read;
    }

    private static float[] read(Vector vector, int dimension) {
        return read(components(vector), dimension);
    }

    /** Of a dense vector; refuses other kinds. */
    static List<Float> components(Vector vector) {
        QdrantErrors.refuse(vector.hasSparse() || isSparseInTheOldForm(vector), "sparse vectors");
        QdrantErrors.refuse(vector.hasMultiDense() || isMultiInTheOldForm(vector), "multi-vectors");
        QdrantErrors.refuse(vector.hasDocument() || vector.hasImage() || vector.hasObject(), "inference of vectors");
        return vector.hasDense() ? vector.getDense().getDataList() : inTheOldForm(vector);
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
            throw QdrantErrors.wrongDimension(dimension, data.size());
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

    /** In the unnamed form where there is but an unnamed vector. */
    static VectorsOutput write(Map<String, float[]> vectors) {
        float[] unnamed = vectors.get("");
        if (unnamed != null && vectors.size() == 1) {
            return VectorsOutput.newBuilder().setVector(write(unnamed)).build();
        }
        NamedVectorsOutput.Builder named = NamedVectorsOutput.newBuilder();
        vectors.forEach((name, vector) -> named.putVectors(name, write(vector)));
        return VectorsOutput.newBuilder().setVectors(named).build();
    }

    private static VectorOutput write(float[] vector) {
        DenseVector.Builder dense = DenseVector.newBuilder();
        for (float value : vector) {
            dense.addData(value);
        }
        return VectorOutput.newBuilder().setDense(dense).build();
    }
}
