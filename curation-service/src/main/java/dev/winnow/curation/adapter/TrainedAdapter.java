package dev.winnow.curation.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Adapter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An adapter that was learnt: what the embedding service needs of it.
 *
 * @param base the model whose vectors it takes
 * @param graph its ONNX graph
 * @param sha256 of the graph
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and shared.
public record TrainedAdapter(String name, String base, int baseDimension, int dimension, byte[] graph, String sha256) {

    public static TrainedAdapter of(String name, String base, Projection projection) {
        byte[] graph = AdapterGraph.of(projection, base);
        return new TrainedAdapter(name, base, projection.from(), projection.to(), graph, sha256(graph));
    }

    /** @param training parameters, seed, watermark and report */
    public Adapter described(String dataset, ObjectNode training) {
        return Adapter.of(name, base, baseDimension, dimension, sha256, dataset, training);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
