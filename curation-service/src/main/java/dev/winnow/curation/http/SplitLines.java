package dev.winnow.curation.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.http.SplitResource.Line;
import dev.winnow.curation.labels.LineReader;
import dev.winnow.curation.splits.SplitEditing.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Images and their splits, read one by one from lines of JSON or from the result of a split job. */
abstract class SplitLines implements Iterator<Wanted>, AutoCloseable {

    private static final String EXPECTED = "expected {\"id\" or \"path\", \"split\"}";

    private @Nullable Wanted next;
    private boolean ended;

    /** The next one; null at the end. */
    abstract @Nullable Wanted read() throws IOException;

    @Override
    public abstract void close() throws IOException;

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public Wanted next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Wanted found = next;
        next = null;
        return found;
    }

    /** What is read of an assignment in a result, which tells more. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Assignment(
            @Nullable String id,
            @Nullable String path,
            @Nullable String split) {}

    /** A line that cannot be used is a problem of its own, and disturbs no other. */
    static SplitLines ofLines(ObjectMapper json, InputStream in) {
        ObjectReader reader = json.readerFor(Line.class)
                .with(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        LineReader lines = new LineReader(in);
        return new SplitLines() {
            @Override
            @Nullable
            Wanted read() throws IOException {
                LineReader.Line text = lines.next();
                return text == null ? null : wanted(reader, "line " + text.number(), text.text());
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }

    private static Wanted wanted(ObjectReader reader, String item, byte @Nullable [] text) {
        if (text == null) {
            return problem(item, "expected at most " + LineReader.MAX_BYTES + " bytes a line");
        }
        try {
            Line line = reader.readValue(text);
            return line == null
                    ? problem(item, EXPECTED + ", got null")
                    : new Wanted(item, line.id(), line.path(), line.split(), null);
        } catch (IOException e) {
            return problem(item, EXPECTED + " in JSON, no other keys; a split of null takes the image out");
        }
    }

    private static Wanted problem(String item, String reason) {
        return new Wanted(item, null, null, null, reason);
    }

    /**
     * The field {@code assignments} of a result, however large.
     *
     * @throws DependencyUnavailableException if it cannot be read to its end; so do the methods
     */
    static SplitLines ofResult(ObjectMapper json, InputStream in) {
        try {
            return assignments(json, json.createParser(in));
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
    }

    private static SplitLines assignments(ObjectMapper json, JsonParser parser) throws IOException {
        boolean found = parser.nextToken() == JsonToken.START_OBJECT;
        while (found
                && parser.nextToken() == JsonToken.FIELD_NAME
                && !parser.currentName().equals("assignments")) {
            parser.nextToken();
            parser.skipChildren();
        }
        boolean there =
                found && parser.currentToken() == JsonToken.FIELD_NAME && parser.nextToken() == JsonToken.START_ARRAY;
        return new SplitLines() {
            private long number;

            @Override
            @Nullable
            Wanted read() {
                try {
                    if (!there || parser.nextToken() != JsonToken.START_OBJECT) {
                        return null;
                    }
                    Assignment of = json.readValue(parser, Assignment.class);
                    return new Wanted("assignments[" + number++ + "]", of.id(), of.path(), of.split(), null);
                } catch (IOException e) {
                    throw new DependencyUnavailableException("S3", e);
                }
            }

            @Override
            public void close() throws IOException {
                parser.close();
            }
        };
    }
}
