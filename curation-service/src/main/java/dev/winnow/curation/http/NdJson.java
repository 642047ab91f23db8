package dev.winnow.curation.http;

/** JSON, a line each. */
final class NdJson {

    static final String MEDIA_TYPE = "application/x-ndjson";

    private NdJson() {}
}
