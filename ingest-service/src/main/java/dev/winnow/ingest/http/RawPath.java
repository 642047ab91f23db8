package dev.winnow.ingest.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The path of a request as the client wrote it. Frameworks normalise paths (dot segments go, double slashes collapse, some
 * take {@code +} for a space), which is right for finding a resource and wrong for naming an object: here one pass of
 * percent-decoding is all that happens.
 */
final class RawPath {

    private RawPath() {}

    /**
     * The object path within {@code /v1/datasets/{dataset}/images/{path}}, decoded once.
     *
     * @param uri the request target, with or without a query
     * @throws IllegalArgumentException if an escape is malformed or the bytes are no UTF-8
     */
    static String imagePath(String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        int at = 0;
        // "", v1, datasets, {dataset}, images: five slashes before the path.
        for (int slashes = 0; slashes < 5; slashes++) {
            at = path.indexOf('/', at) + 1;
            if (at == 0) {
                return "";
            }
        }
        return decode(path.substring(at));
    }

    static String decode(String escaped) {
        byte[] raw = escaped.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                decoded.put(raw[i]);
                continue;
            }
            if (i + 2 >= raw.length || !HexFormat.isHexDigit(raw[i + 1]) || !HexFormat.isHexDigit(raw[i + 2])) {
                throw new IllegalArgumentException("expected two hexadecimal digits after every %");
            }
            decoded.put((byte) (HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2])));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected percent-encoded UTF-8", e);
        }
    }
}
