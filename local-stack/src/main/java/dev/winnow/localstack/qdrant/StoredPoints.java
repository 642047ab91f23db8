package dev.winnow.localstack.qdrant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Reads the points of one segment. Documents have to be asked for in ascending order. */
final class StoredPoints {

    private final BinaryDocValues keys;
    private final BinaryDocValues payloads;
    private final @Nullable FloatVectorValues vectors;
    private final @Nullable DocIndexIterator vectorPositions;

    StoredPoints(LeafReader segment) throws IOException {
        this.keys = DocValues.getBinary(segment, PointDocument.ID);
        this.payloads = DocValues.getBinary(segment, PointDocument.PAYLOAD);
        this.vectors = segment.getFloatVectorValues(PointDocument.VECTOR);
        this.vectorPositions = vectors == null ? null : vectors.iterator();
    }

    PointKey key(int document) throws IOException {
        if (!keys.advanceExact(document)) {
            throw new IOException("a point without an id");
        }
        return PointKey.copyOf(keys.binaryValue());
    }

    Map<String, Value> payload(int document) throws IOException {
        if (!payloads.advanceExact(document)) {
            throw new IOException("a point without a payload");
        }
        BytesRef bytes = payloads.binaryValue();
        try {
            return Struct.parseFrom(java.nio.ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length))
                    .getFieldsMap();
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("a payload that cannot be read", e);
        }
    }

    /** Reused by the next call. */
    float[] vector(int document) throws IOException {
        if (vectors == null || vectorPositions == null || vectorPositions.advance(document) != document) {
            throw new IOException("a point without a vector");
        }
        return vectors.vectorValue(vectorPositions.index());
    }
}
