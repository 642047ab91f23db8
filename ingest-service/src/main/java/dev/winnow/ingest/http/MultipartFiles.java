package dev.winnow.ingest.http;

import dev.winnow.ingest.FileSequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.fileupload.FileUploadBase.FileUploadIOException;
import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.MultipartStream.MalformedStreamException;
import org.apache.commons.fileupload.ParameterParser;

/** The parts of a multipart body (RFC 7578); each part's file name is its path. */
final class MultipartFiles implements FileSequence {

    private static final int BUFFER = 64 * 1024;
    /** A path of 960 bytes, percent-encoded and given twice, with room for the other headers. */
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    private final MultipartStream parts;
    private final long sizeBound;
    private boolean started;
    private boolean bodyPending;
    private Optional<String> filename = Optional.empty();

    MultipartFiles(InputStream body, String boundary, long sizeBound) {
        this.parts = new MultipartStream(body, boundary.getBytes(StandardCharsets.ISO_8859_1), BUFFER, null);
        this.parts.setHeaderEncoding(StandardCharsets.UTF_8.name());
        this.parts.setPartHeaderSizeMax(MAX_HEADER_BYTES);
        this.sizeBound = sizeBound;
    }

    @Override
    public boolean advance() throws IOException {
        try {
            if (bodyPending) {
                parts.discardBodyData();
                bodyPending = false;
            }
            boolean more = started ? parts.readBoundary() : parts.skipPreamble();
            if (!more && !started) {
                throw new MalformedStreamException("no part");
            }
            started = true;
            if (more) {
                filename = filename(parts.readHeaders());
                bodyPending = true;
            }
            return more;
        } catch (MalformedStreamException | FileUploadIOException e) {
            throw malformed(e);
        }
    }

    @Override
    public String name() {
        return filename.orElse("");
    }

    @Override
    public Optional<String> refusal() {
        return Optional.empty();
    }

    @Override
    public long sizeBound() {
        return sizeBound;
    }

    @Override
    public void writeTo(OutputStream sink) throws IOException {
        bodyPending = false;
        try {
            parts.readBodyData(sink);
        } catch (MalformedStreamException e) {
            throw malformed(e);
        }
    }

    private static MalformedException malformed(IOException e) {
        return new MalformedException("expected multipart/form-data with its boundary: " + e.getMessage(), e);
    }

    private static Optional<String> filename(String headers) {
        for (String line : headers.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && line.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals("content-disposition")) {
                ParameterParser parser = new ParameterParser();
                parser.setLowerCaseNames(true);
                Map<String, String> parameters = parser.parse(line.substring(colon + 1), ';');
                return Optional.ofNullable(parameters.get("filename")).map(name -> name.replace("\\\"", "\""));
            }
        }
        return Optional.empty();
    }
}
