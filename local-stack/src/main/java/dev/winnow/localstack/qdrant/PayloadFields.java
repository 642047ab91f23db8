package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;

/**
 * How a payload is laid out in Lucene so that filters need not read it: every scalar at a path of plain keys becomes
 * a term of its type, numbers and datetimes become points as well. {@link FilterQuery} reads the same layout.
 */
final class PayloadFields {

    /** All terms of all paths: a type tag, the path, a zero, the value. */
    static final String TERMS = "payload-terms";

    /** A longer text is left to {@link FilterPredicate}. */
    static final int LONGEST_KEYWORD = 512;

    private PayloadFields() {}

    /** Refuses numbers that JSON does not have. */
    static void check(Map<String, Value> payload) {
        payload.values().forEach(PayloadFields::check);
    }

    private static void check(Value value) {
        if (value.hasDoubleValue() && !Double.isFinite(value.getDoubleValue())) {
            throw QdrantErrors.badInput("cannot convert to json number: " + value.getDoubleValue());
        }
        if (value.hasStructValue()) {
            check(value.getStructValue().getFieldsMap());
        }
        value.getListValue().getValuesList().forEach(PayloadFields::check);
    }

    static Term keyword(String path, String value) {
        return new Term(TERMS, "s" + path + '\0' + value);
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

    static String numbers(String path) {
        return "number:" + path;
    }

    static String datetimes(String path) {
        return "datetime:" + path;
    }

    /** Milliseconds since the epoch, rounded down, so that the order of datetimes is never reversed. */
    static long datetime(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1000L), time.getNano() / 1_000_000);
    }

    static boolean isIndexed(String keyword) {
        return keyword.length() <= LONGEST_KEYWORD
                && keyword.getBytes(StandardCharsets.UTF_8).length <= LONGEST_KEYWORD;
    }

    static void add(Document document, Map<String, Value> payload) {
        Set<Term> terms = new HashSet<>();
        payload.forEach((key, value) -> {
            if (PayloadPath.isPlainKey(key)) {
                addAt(document, terms, key, value);
            }
        });
        terms.forEach(term -> document.add(new StringField(TERMS, term.bytes(), Field.Store.NO)));
    }

    private static void addAt(Document document, Set<Term> terms, String path, Value value) {
        if (!FieldPredicate.isEmpty(value)) {
            terms.add(present(path));
        }
        if (value.hasStructValue()) {
            value.getStructValue().getFieldsMap().forEach((key, child) -> {
                if (PayloadPath.isPlainKey(key)) {
                    addAt(document, terms, path + "." + key, child);
                }
            });
        } else if (value.hasListValue()) {
            value.getListValue().getValuesList().forEach(element -> addScalar(document, terms, path, element));
        } else {
            addScalar(document, terms, path, value);
        }
    }

    private static void addScalar(Document document, Set<Term> terms, String path, Value value) {
        switch (value.getKindCase()) {
            case STRING_VALUE -> {
                String text = value.getStringValue();
                if (isIndexed(text)) {
                    terms.add(keyword(path, text));
                }
                PayloadDatetime.parse(text)
                        .ifPresent(time -> document.add(new LongPoint(datetimes(path), datetime(time))));
            }
            case INTEGER_VALUE -> {
                terms.add(integer(path, value.getIntegerValue()));
                addNumber(document, path, FieldPredicate.number(value));
            }
            case DOUBLE_VALUE -> addNumber(document, path, value.getDoubleValue());
            case BOOL_VALUE -> terms.add(bool(path, value.getBoolValue()));
            case NULL_VALUE, STRUCT_VALUE, LIST_VALUE, KIND_NOT_SET -> {
                // No scalar: the presence term is all there is to find it by.
            }
        }
    }

    private static void addNumber(Document document, String path, double number) {
        document.add(new DoublePoint(numbers(path), withoutNegativeZero(number)));
    }

    /** Points order -0.0 below 0.0, comparisons do not. */
    static double withoutNegativeZero(double number) {
        return number + 0.0;
    }
}
