package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/**
 * A point as Lucene holds it.
 *
 * @param vectors those it has, by name, as {@link Metric#prepared}; the unnamed one has the empty name
 */
record PointDocument(PointKey key, Map<String, float[]> vectors, Map<String, Value> payload) {

    static final String ID = "id";
    static final String PAYLOAD = "payload";

    /** Terms: the names of the vectors a point has. */
    static final String VECTOR_NAMES = "vector-names";

    /** What the fields of vectors begin with. */
    static final String VECTOR = "vector:";

    static Term term(PointKey key) {
        return new Term(ID, key.bytes());
    }

    /** The field of the vectors of a name. */
    static String vectorField(String name) {
        return VECTOR + name;
    }

    PointDocument withPayload(Map<String, Value> changed) {
        return new PointDocument(key, vectors, changed);
    }

    PointDocument withVectors(Map<String, float[]> changed) {
        return new PointDocument(key, changed, payload);
    }

    Document document(Map<String, VectorSpace> spaces) {
        Document document = new Document();
        document.add(new StringField(ID, key.bytes(), Field.Store.NO));
        document.add(new BinaryDocValuesField(ID, key.bytes()));
        document.add(new BinaryDocValuesField(
                PAYLOAD,
                new BytesRef(Struct.newBuilder().putAllFields(payload).build().toByteArray())));
        vectors.forEach((name, vector) -> {
            Metric metric = Objects.requireNonNull(spaces.get(name)).metric();
            document.add(new KnnFloatVectorField(vectorField(name), vector, metric.luceneSimilarity()));
            document.add(new StringField(VECTOR_NAMES, name, Field.Store.NO));
        });
        PayloadFields.add(document, payload);
        return document;
    }
}
