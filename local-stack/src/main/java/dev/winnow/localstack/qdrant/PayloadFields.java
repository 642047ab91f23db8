package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;

/**
 * How a payload is laid out in Lucene so that filters need not read it: every scalar at a path of keys becomes a term
 * of its type; numbers, datetimes and places become points as well. What the objects in an array have is at the path of
 * the array, {@code []} and their key. {@link FieldQuery} reads the same layout.
 */
final class PayloadFields {

    /** All terms of all paths: a type tag, the path, and for values a zero and the value. */
    static final String TERMS = "payload-terms";

    /** A longer text is left to {@link FilterPredicate}. */
    static final int LONGEST_KEYWORD = 512;

    /** A level takes three of the hundred that a message may be nested. */
    private static final int DEEPEST = 32;

    private final Document document;
    private final Set<Term> terms = new HashSet<>();

    private PayloadFields(Document document) {
        this.document = document;
    }

    /** Refuses numbers that JSON does not have, and what is nested deeper than a message can be read. */
    static void check(Map<String, Value> payload) {
        check(payload, 0);
    }

    /** @param depth of the object the fields are set in */
    static void check(Map<String, Value> fields, int depth) {
        fields.values().forEach(value -> check(value, depth + 1));
    }

    private static void check(Value value, int depth) {
        if (depth > DEEPEST) {
            throw QdrantErrors.badInput("payload is nested deeper than " + DEEPEST + " levels");
        }
        if (value.hasDoubleValue() && !Double.isFinite(value.getDoubleValue())) {
            throw QdrantErrors.badInput("cannot convert to json number: " + value.getDoubleValue());
        }
        if (value.hasStructValue()) {
            check(value.getStructValue().getFieldsMap(), depth);
        }
        value.getListValue().getValuesList().forEach(element -> check(element, depth + 1));
    }

    static Term keyword(String path, String value) {
        return new Term(TERMS, "s" + path + '\0' + value);
    }

    /** There for texts that are a UUID in another than its canonical form. */
    static Term uuid(String path, String canonical) {
        return new Term(TERMS, "u" + path + '\0' + canonical);
    }

    static Term integer(String path, long value) {
        return new Term(TERMS, "i" + path + '\0' + value);
    }

    static Term bool(String path, boolean value) {
        return new Term(TERMS, "b" + path + '\0' + value);
    }

    /** There where the path leads to anything but null and empty arrays. */
    static Term present(String path) {
        return new Term(TERMS, "x" + path);
    }

    /** There where the path leads to a null, or an array with one. */
    static Term isNull(String path) {
        return new Term(TERMS, "n" + path);
    }

    /** There where the path leads to a text, or an array with one. */
    static Term texts(String path) {
        return new Term(TERMS, "t" + path);
    }

    /** There where the path leads to an array of more than one element. */
    static Term several(String path) {
        return new Term(TERMS, "m" + path);
    }

    static String integers(String path) {
        return "integer:" + path;
    }

    static String doubles(String path) {
        return "double:" + path;
    }

    static String datetimes(String path) {
        return "datetime:" + path;
    }

    static String positions(String path) {
        return "position:" + path;
    }

    static boolean isIndexed(String keyword) {
        return keyword.length() <= LONGEST_KEYWORD
                && keyword.getBytes(StandardCharsets.UTF_8).length <= LONGEST_KEYWORD;
    }

    static void add(Document document, Map<String, Value> payload) {
        PayloadFields fields = new PayloadFields(document);
        fields.addObject("", payload);
        fields.terms.forEach(term -> document.add(new StringField(TERMS, term.bytes(), Field.Store.NO)));
    }

    private void addObject(String prefix, Map<String, Value> object) {
        object.forEach((key, value) -> {
            String path = prefix + PayloadPath.written(key);
            if (PayloadPath.isIndexed(path) && key.indexOf('"') < 0) {
                addAt(path, value);
            }
        });
    }

    private void addAt(String path, Value value) {
        if (!FieldPredicate.isEmpty(value)) {
            terms.add(present(path));
        }
        if (value.hasStructValue()) {
            addObject(path + ".", value.getStructValue().getFieldsMap());
        }
        if (!value.hasListValue()) {
            addScalar(path, value);
            return;
        }
        List<Value> elements = value.getListValue().getValuesList();
        if (elements.size() > 1) {
            terms.add(several(path));
        }
        for (Value element : elements) {
            addScalar(path, element);
            if (element.hasStructValue()) {
                addObject(path + "[].", element.getStructValue().getFieldsMap());
            }
        }
    }

    private void addScalar(String path, Value value) {
        switch (value.getKindCase()) {
            case STRING_VALUE -> addText(path, value.getStringValue());
            case INTEGER_VALUE -> {
                terms.add(integer(path, value.getIntegerValue()));
                document.add(new LongPoint(integers(path), value.getIntegerValue()));
            }
            case DOUBLE_VALUE ->
                document.add(new DoublePoint(doubles(path), NumberRange.zeroes(value.getDoubleValue())));
            case BOOL_VALUE -> terms.add(bool(path, value.getBoolValue()));
            case NULL_VALUE, KIND_NOT_SET -> terms.add(isNull(path));
            case STRUCT_VALUE -> {
                GeoArea.Position position = GeoArea.Position.of(value);
                if (position != null) {
                    document.add(new DoublePoint(
                            positions(path),
                            NumberRange.zeroes(position.latitude()),
                            NumberRange.zeroes(position.longitude())));
                }
            }
            case LIST_VALUE -> {
                // An array in an array: there is no condition on what it holds.
            }
        }
    }

    private void addText(String path, String text) {
        terms.add(texts(path));
        if (isIndexed(text)) {
            terms.add(keyword(path, text));
        }
        MatchPredicate.canonicalUuid(text)
                .filter(canonical -> !canonical.equals(text))
                .ifPresent(canonical -> terms.add(uuid(path, canonical)));
        PayloadDatetime.parse(text)
                .ifPresent(time -> document.add(new BinaryPoint(datetimes(path), DatetimeBounds.bytes(time))));
    }
}
