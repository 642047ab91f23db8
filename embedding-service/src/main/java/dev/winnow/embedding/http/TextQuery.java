package dev.winnow.embedding.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkiverse.resteasy.problem.HttpProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Texts to embed: exactly one of {@code text} and {@code texts}. */
public record TextQuery(
        @Schema(maxLength = TextQuery.MAX_BYTES, examples = "a red bicycle") @Nullable
        String text,

        @Schema(minItems = 1, maxItems = TextQuery.MAX_TEXTS) @Nullable
        List<String> texts) {

    /** Of a text, as UTF-8: some ten times what a network reads. */
    static final int MAX_BYTES = 4096;

    static final int MAX_TEXTS = 64;

    /** Takes a request's JSON apart, every value with its field's name in the refusal. */
    static TextQuery of(@Nullable JsonNode body) {
        if (body == null || !body.isObject() || body.has("text") == body.has("texts")) {
            throw invalid("body", "a JSON object with exactly one of text and texts");
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!name.equals("text") && !name.equals("texts")) {
                throw invalid(name, "no field but text or texts");
            }
        }
        if (body.has("text")) {
            return new TextQuery(text(body.get("text"), "text"), null);
        }
        JsonNode several = body.get("texts");
        if (!several.isArray() || several.isEmpty() || several.size() > MAX_TEXTS) {
            throw invalid("texts", "a list of 1 to " + MAX_TEXTS + " strings");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : several) {
            texts.add(text(text, field(texts.size())));
        }
        return new TextQuery(null, texts);
    }

    private static String text(JsonNode value, String field) {
        if (!value.isTextual()) {
            throw invalid(field, "a string");
        }
        String text = value.textValue();
        if (text.isBlank()) {
            throw invalid(field, "a text with something in it");
        }
        // Half a surrogate pair is no character: as UTF-8 it would become another text.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw invalid(field, "valid Unicode");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw invalid(field, "at most " + MAX_BYTES + " bytes of UTF-8, got " + bytes);
        }
        return text;
    }

    /** How many there are, in the order of the answer. */
    List<String> all() {
        if (texts != null) {
            return texts;
        }
        return text == null ? List.of() : List.of(text);
    }

    /** What the {@code i}-th text is called in a refusal. */
    String name(int i) {
        return texts == null ? "text" : field(i);
    }

    private static String field(int i) {
        return "texts[" + i + "]";
    }

    static HttpProblem invalid(String field, String expected) {
        return HttpProblem.builder()
                .withStatus(422)
                .withTitle("Unprocessable Content")
                .withDetail(field + ": expected " + expected)
                .with("field", field)
                .with("expected", expected)
                .build();
    }
}
