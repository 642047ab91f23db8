package dev.winnow.localstack.s3;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gaul.s3proxy.checksum.FlexChecksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** Reads an object's attributes from the requests that create one. */
final class AttributesOf {

    static final String CACHE_CONTROL = "cache-control";
    static final String CONTENT_DISPOSITION = "content-disposition";
    static final String CONTENT_ENCODING = "content-encoding";
    static final String CONTENT_LANGUAGE = "content-language";
    static final String CONTENT_TYPE = "content-type";
    static final String EXPIRES = "expires";

    /** Bytes of the user's names and values together; the names are counted without {@code x-amz-meta-}. */
    private static final int LARGEST_METADATA = 2 << 10;

    private AttributesOf() {}

    @SuppressWarnings("deprecation") // As S3Proxy hands it over.
    static Attributes put(PutObjectRequest request) {
        check(request.storageClass());
        return attributes(
                headers(
                        request.cacheControl(),
                        request.contentDisposition(),
                        request.contentEncoding(),
                        request.contentLanguage(),
                        request.contentType(),
                        request.expires()),
                request.metadata(),
                request.acl());
    }

    @SuppressWarnings("deprecation") // As S3Proxy hands it over.
    static Attributes upload(CreateMultipartUploadRequest request) {
        check(request.storageClass());
        return attributes(
                headers(
                        request.cacheControl(),
                        request.contentDisposition(),
                        request.contentEncoding(),
                        request.contentLanguage(),
                        request.contentType(),
                        request.expires()),
                request.metadata(),
                request.acl());
    }

    /** The source's attributes, or those the request names in their place. */
    static Attributes copy(CopyObjectRequest request, StoredObject source) {
        if (request.metadataDirective() != MetadataDirective.REPLACE) {
            return attributes(source.headers(), source.metadata(), request.acl());
        }
        return attributes(
                headers(
                        request.cacheControl(),
                        request.contentDisposition(),
                        request.contentEncoding(),
                        request.contentLanguage(),
                        request.contentType(),
                        null),
                request.metadata(),
                request.acl());
    }

    private static void check(@Nullable StorageClass storageClass) {
        if (storageClass != null && storageClass != StorageClass.STANDARD) {
            throw S3Errors.notImplemented("The storage class " + storageClass);
        }
    }

    private static Attributes attributes(
            Map<String, String> headers, Map<String, String> metadata, @Nullable ObjectCannedACL access) {
        Map<String, String> lowerCase = new LinkedHashMap<>();
        metadata.forEach((name, value) -> lowerCase.put(name.toLowerCase(java.util.Locale.ROOT), value));
        checkSize(lowerCase);
        return new Attributes(headers, lowerCase, access == ObjectCannedACL.PUBLIC_READ);
    }

    private static void checkSize(Map<String, String> metadata) {
        int size = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (!entry.getKey().startsWith(FlexChecksum.METADATA_PREFIX)) {
                size += bytes(entry.getKey()) + bytes(entry.getValue());
            }
        }
        if (size > LARGEST_METADATA) {
            throw S3Errors.metadataTooLarge();
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Map<String, String> headers(
            @Nullable String cacheControl,
            @Nullable String contentDisposition,
            @Nullable String contentEncoding,
            @Nullable String contentLanguage,
            @Nullable String contentType,
            @Nullable Instant expires) {
        Map<String, String> headers = new LinkedHashMap<>();
        put(headers, CACHE_CONTROL, cacheControl);
        put(headers, CONTENT_DISPOSITION, contentDisposition);
        put(headers, CONTENT_ENCODING, contentEncoding);
        put(headers, CONTENT_LANGUAGE, contentLanguage);
        put(headers, CONTENT_TYPE, contentType);
        put(headers, EXPIRES, expires == null ? null : expires.toString());
        return headers;
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }
}
