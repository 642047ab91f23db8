package dev.winnow.curation.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.http.SplitResource.Line;
import dev.winnow.curation.splits.SplitEditing.Wanted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Images and their splits, read one by one from lines of JSON or from the result of a split job. */
abstract class SplitLines implements Iterator<Wanted>, AutoCloseable {

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

    private static Wanted wanted(String item, Line line) {
        return new Wanted(item, line.id(), line.path(), line.split(), null);
    }

    /** A line that is no JSON is a problem of its own, and disturbs no other. */
    static SplitLines ofLines(ObjectMapper json, InputStream in) {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return new SplitLines() {
            private long number;

            @Override
            @Nullable
            Wanted read() throws IOException {
                String text = reader.readLine();
                number++;
                while (text != null && text.isBlank()) {
                    text = reader.readLine();
                    number++;
                }
                if (text == null) {
                    return null;
                }
                String item = "line " + number;
                try {
                    Line line = json.readValue(text, Line.class);
                    return line == null
                            ? new Wanted(item, null, null, null, "expected {\"path\", \"split\"}, got null")
                            : wanted(item, line);
                } catch (JsonProcessingException e) {
                    return new Wanted(item, null, null, null, "expected {\"path\", \"split\"} in JSON");
                }
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    /** The field {@code assignments} of a result, however large. */
    static SplitLines ofResult(ObjectMapper json, InputStream in) throws IOException {
        JsonParser parser = json.createParser(in);
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
            Wanted read() throws IOException {
                return there && parser.nextToken() == JsonToken.START_OBJECT
                        ? wanted("assignments[" + number++ + "]", json.readValue(parser, Line.class))
                        : null;
            }

            @Override
            public void close() throws IOException {
                parser.close();
            }
        };
    }
}
