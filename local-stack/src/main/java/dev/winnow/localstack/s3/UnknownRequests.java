package dev.winnow.localstack.s3;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;

/** Refuses what would otherwise be ignored, and says what it is. */
final class UnknownRequests {

    private static final String PREFIX = "x-amz-";

    /** What S3Proxy heeds, or what asks for nothing but what is done anyway. */
    private static final Set<String> HEADERS = Set.of(
            "acl",
            "api-version",
            "bucket-object-lock-enabled",
            "bucket-region",
            "checksum-algorithm",
            "checksum-crc32",
            "checksum-crc32c",
            "checksum-crc64nvme",
            "checksum-mode",
            "checksum-sha1",
            "checksum-sha256",
            "checksum-type",
            "content-sha256",
            "copy-source",
            "copy-source-if-match",
            "copy-source-if-modified-since",
            "copy-source-if-none-match",
            "copy-source-if-unmodified-since",
            "copy-source-range",
            "date",
            "decoded-content-length",
            "if-match-last-modified-time",
            "if-match-size",
            "metadata-directive",
            "mp-object-size",
            "object-attributes",
            "sdk-checksum-algorithm",
            "storage-class",
            "te",
            "trailer",
            "user-agent");

    private UnknownRequests() {}

    static void refuse(HttpServletRequest request) {
        for (String name : Collections.list(request.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            // Encryption is refused by S3Proxy, which says so.
            if (lower.startsWith(PREFIX)
                    && !lower.startsWith("x-amz-meta-")
                    && !lower.contains("server-side-encryption")
                    && !HEADERS.contains(lower.substring(PREFIX.length()))) {
                throw S3Errors.notImplemented("The header " + lower);
            }
        }
        // Handed over with a PUT only.
        if (request.getHeader("x-amz-copy-source") != null && request.getHeader("Expires") != null) {
            throw S3Errors.notImplemented("The header expires of a copy");
        }
        if (request.getParameter("select") != null || request.getParameter("select-type") != null) {
            throw S3Errors.notImplemented("Select");
        }
    }
}
