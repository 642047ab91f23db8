package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The indexed fields of a collection, as far as an index changes what a condition on its field means: with a text
 * index words match instead of substrings, and an index of one type sees values of that type alone.
 *
 * @param nested whether it is that of the elements of an array, one of which is looked at a time
 */
record PayloadSchema(Map<PayloadPath, PayloadSchemaInfo> fields, boolean nested) {

    static final PayloadSchema NONE = new PayloadSchema(Map.of(), false);

    PayloadSchema {
        fields = Map.copyOf(fields);
    }

    static PayloadSchema of(Map<String, PayloadSchemaInfo> fields) {
        Map<PayloadPath, PayloadSchemaInfo> byPath = new HashMap<>();
        fields.forEach((field, info) -> byPath.put(PayloadPath.parse(field), info));
        return new PayloadSchema(byPath, false);
    }

    /** How the texts of the field are cut into words, if they are. */
    Optional<TextIndex> text(PayloadPath path) {
        return of(path, PayloadSchemaType.Text)
                .map(info -> TextIndex.of(info.getParams().getTextIndexParams()));
    }

    boolean is(PayloadPath path, PayloadSchemaType type) {
        return of(path, type).isPresent();
    }

    private Optional<PayloadSchemaInfo> of(PayloadPath path, PayloadSchemaType type) {
        return Optional.ofNullable(fields.get(path)).filter(info -> info.getDataType() == type);
    }

    /** Whether an index of integers answers ranges. */
    boolean isIntegerRange(PayloadPath path) {
        return of(path, PayloadSchemaType.Integer)
                .map(info -> info.getParams().getIntegerIndexParams())
                .filter(params -> !params.hasRange() || params.getRange())
                .isPresent();
    }

    /** Whether an index of integers answers matches. */
    boolean isIntegerLookup(PayloadPath path) {
        return of(path, PayloadSchemaType.Integer)
                .map(info -> info.getParams().getIntegerIndexParams())
                .filter(params -> !params.hasLookup() || params.getLookup())
                .isPresent();
    }

    /** Whether an index of any type keeps what is empty and what null; nested filters do not ask it. */
    boolean isIndexed(PayloadPath path) {
        return !nested && fields.containsKey(path);
    }

    /** That of the elements the path leads to: of the indexes only those of texts are asked there. */
    PayloadSchema within(PayloadPath elements) {
        Map<PayloadPath, PayloadSchemaInfo> inner = new HashMap<>();
        fields.forEach((path, info) -> {
            if (info.getDataType() == PayloadSchemaType.Text) {
                path.below(elements).ifPresent(rest -> inner.put(rest, info));
            }
        });
        return new PayloadSchema(inner, true);
    }
}
