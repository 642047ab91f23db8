package dev.winnow.embedding.catalogue;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server answers to a request for a file, or for the rest of one. */
sealed interface FileResponse {

    Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
    Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d{1,18})");

    /**
     * All of it, from the beginning.
     *
     * @param total bytes, negative where the server does not say
     * @param validator what tells this version of the file from others, for If-Range
     */
    record Whole(long total, Optional<String> validator) implements FileResponse {}

    /** The bytes from {@code from} on, of a file of {@code total} bytes (negative where the server does not say). */
    record Rest(long from, long total) implements FileResponse {}

    /** The file, of {@code total} bytes, ends before the wanted range begins. */
    record NoSuchRange(long total) implements FileResponse {}

    /** It may work later. */
    record Busy(int status) implements FileResponse {}

    /** It would answer the same again. */
    record Refused(int status) implements FileResponse {}

    static FileResponse of(HttpResponse<?> response) {
        HttpHeaders headers = response.headers();
        int status = response.statusCode();
        return switch (status) {
            case 200 -> new Whole(headers.firstValueAsLong("Content-Length").orElse(-1), validator(headers));
            case 206 -> {
                Matcher range = CONTENT_RANGE.matcher(
                        headers.firstValue("Content-Range").orElse(""));
                yield range.matches()
                        ? new Rest(
                                Long.parseLong(range.group(1)),
                                range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2)))
                        : new Rest(-1, -1);
            }
            case 416 -> {
                Matcher range =
                        UNSATISFIED.matcher(headers.firstValue("Content-Range").orElse(""));
                yield new NoSuchRange(range.matches() ? Long.parseLong(range.group(1)) : -1);
            }
            case 408, 425, 429, 500, 502, 503, 504 -> new Busy(status);
            default -> new Refused(status);
        };
    }

    /** A strong entity tag, else the date of the last change; a weak tag may stand for different bytes. */
    private static Optional<String> validator(HttpHeaders headers) {
        return headers.firstValue("ETag")
                .filter(tag -> tag.startsWith("\""))
                .or(() -> headers.firstValue("Last-Modified"));
    }
}
