package dev.winnow.localstack.qdrant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Reads the points of one segment. Documents have to be asked for in ascending order. */
final class StoredPoints {

    private final BinaryDocValues keys;
    private final BinaryDocValues payloads;
    private final Map<String, Column> vectors = new HashMap<>();

    StoredPoints(LeafReader segment) throws IOException {
        this.keys = DocValues.getBinary(segment, PointDocument.ID);
        this.payloads = DocValues.getBinary(segment, PointDocument.PAYLOAD);
        for (FieldInfo field : segment.getFieldInfos()) {
            if (field.hasVectorValues()) {
                FloatVectorValues values = segment.getFloatVectorValues(field.name);
                vectors.put(field.name.substring(PointDocument.VECTOR.length()), new Column(values, values.iterator()));
            }
        }
    }

    /** The vectors of one name. */
    private record Column(FloatVectorValues values, DocIndexIterator positions) {

        boolean has(int document) throws IOException {
            if (positions.docID() < document) {
                positions.advance(document);
            }
            return positions.docID() == document;
        }
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

    /** Absent where the point has none of the name; reused by the next call. */
    float @Nullable [] vector(String name, int document) throws IOException {
        Column column = vectors.get(name);
        return column != null && column.has(document)
                ? column.values().vectorValue(column.positions().index())
                : null;
    }

    /** The names of the vectors the point has. */
    Set<String> vectorNames(int document) throws IOException {
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, Column> column : vectors.entrySet()) {
            if (column.getValue().has(document)) {
                names.add(column.getKey());
            }
        }
        return names;
    }

    /** All of the point's vectors, in arrays of their own. */
    Map<String, float[]> vectors(int document) throws IOException {
        return vectors(vectors.keySet(), document);
    }

    /** Those of the point's vectors that have one of the names, in arrays of their own. */
    Map<String, float[]> vectors(Set<String> names, int document) throws IOException {
        Map<String, float[]> found = new HashMap<>();
        for (String name : names) {
            float[] vector = vector(name, document);
            if (vector != null) {
                found.put(name, vector.clone());
            }
        }
        return found;
    }
}
