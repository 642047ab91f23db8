package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/** A point as Lucene holds it. */
record PointDocument(PointKey key, float[] vector, Map<String, Value> payload) {

    static final String ID = "id";
    static final String PAYLOAD = "payload";
    static final String VECTOR = "vector";

    /** Terms: the names of the vectors a point has. */
    static final String VECTOR_NAMES = "vector-names";

    static Term term(PointKey key) {
        return new Term(ID, key.bytes());
    }

    Document document(Metric metric) {
        Document document = new Document();
        document.add(new StringField(ID, key.bytes(), Field.Store.NO));
        document.add(new BinaryDocValuesField(ID, key.bytes()));
        document.add(new BinaryDocValuesField(
                PAYLOAD,
                new BytesRef(Struct.newBuilder().putAllFields(payload).build().toByteArray())));
        document.add(new KnnFloatVectorField(VECTOR, vector, metric.luceneSimilarity()));
        document.add(new StringField(VECTOR_NAMES, "", Field.Store.NO));
        PayloadFields.add(document, payload);
        return document;
    }
}
