package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.VectorParams;

/** What the vectors of one name have in common. */
record VectorSpace(int dimension, Metric metric) {

    static VectorSpace of(VectorParams params) {
        return new VectorSpace(Math.toIntExact(params.getSize()), Metric.of(params.getDistance()));
    }
}
