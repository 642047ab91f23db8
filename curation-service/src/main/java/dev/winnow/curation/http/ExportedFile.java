package dev.winnow.curation.http;

import dev.winnow.curation.exports.DatasetExport;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/** An export as an answer: what is wrong is said before its first byte. */
final class ExportedFile {

    private ExportedFile() {}

    static Response of(DatasetExport export, DatasetExport.Request request) {
        export.check(request);
        return Response.ok((StreamingOutput) out -> export.write(request, out), request.mediaType())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + request.fileName() + "\"")
                .build();
    }
}
