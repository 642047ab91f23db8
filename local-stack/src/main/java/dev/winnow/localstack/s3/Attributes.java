package dev.winnow.localstack.s3;

import java.util.Map;

/** What a client says of an object beside its bytes; see {@link StoredObject}. */
record Attributes(Map<String, String> headers, Map<String, String> metadata, boolean publicRead) {

    Attributes {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
    }
}
