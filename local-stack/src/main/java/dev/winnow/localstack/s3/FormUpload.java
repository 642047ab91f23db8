package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.S3Server.Credentials;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.InputStreamContentSource;
import org.eclipse.jetty.util.Promise;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.auth.PostPolicy;
import org.gaul.s3proxy.checksum.ChecksumValidatingInputStream;
import org.gaul.s3proxy.checksum.FlexChecksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Takes an object from an HTML form that carries a signed policy. */
final class FormUpload {

    /** Fields and file, as S3 has it for one object. */
    private static final long LARGEST_FORM = (5L << 30) + (1 << 20);

    /** Names and values of the fields before the file, in bytes, as S3 has it. */
    private static final int LARGEST_FIELDS = 20 << 10;

    private static final String METADATA = "x-amz-meta-";

    /** Of those that begin with {@code x-amz-}. */
    private static final Set<String> HEEDED = Set.of(
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-signature",
            "x-amz-checksum-algorithm",
            "x-amz-sdk-checksum-algorithm");

    private final ObjectBlobStore store;
    private final FormSignature signature;
    private final Path folder;

    /** @param folder where files lie until their form was read to its end */
    FormUpload(ObjectBlobStore store, Credentials credentials, Path folder) {
        this.store = store;
        this.signature = new FormSignature(credentials);
        this.folder = folder;
    }

    static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        return request.getMethod().equals("POST")
                && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    void accept(HttpServletRequest request, HttpServletResponse response, InputStream content) throws IOException {
        if (request.getContentLengthLong() > LARGEST_FORM) {
            throw new S3ProxyException(S3ErrorCode.ENTITY_TOO_LARGE);
        }
        String bucket = URLDecoder.decode(
                request.getRequestURI().replaceAll("^/|/$", "").replace("+", "%2B"), StandardCharsets.UTF_8);
        try (MultiPartFormData.Parts parts = parse(request, content)) {
            Map<String, String> fields = new LinkedHashMap<>();
            long size = 0;
            MultiPart.@Nullable Part file = null;
            for (MultiPart.Part part : parts) {
                String name = String.valueOf(part.getName()).toLowerCase(Locale.ROOT);
                if (name.equals("file")) {
                    file = part;
                    // Whatever follows the file is not part of what S3 reads.
                    break;
                }
                // Before it is read: what is larger lies on the disk and would be taken into memory.
                size += name.length() + part.getLength();
                if (size > LARGEST_FIELDS) {
                    throw S3Errors.of(
                            400,
                            "MaxPostPreDataLengthExceededError",
                            "Your POST request fields preceding the upload file were too large.");
                }
                fields.put(name, part.getContentAsString(StandardCharsets.UTF_8));
            }
            if (file == null) {
                throw S3Errors.of(400, "InvalidArgument", "POST requires exactly one file upload per request.");
            }
            String key = key(fields, file);
            fields.put("key", key);
            fields.put("bucket", bucket);
            byte[] policy = signature.check(fields);
            PostPolicy.parse(policy).evaluate(fields, file.getLength());
            String eTag = store(bucket, key, fields, file);
            FormAnswer.write(request, response, bucket, key, eTag, fields);
        }
    }

    private MultiPartFormData.Parts parse(HttpServletRequest request, InputStream content) {
        String boundary = MultiPart.extractBoundary(request.getContentType());
        if (boundary == null || boundary.isEmpty()) {
            throw malformed(null);
        }
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setFilesDirectory(folder);
        parser.setMaxLength(LARGEST_FORM);
        parser.setMaxFileSize(LARGEST_FORM);
        parser.setMaxMemoryFileSize(LARGEST_FIELDS);
        CompletableFuture<MultiPartFormData.Parts> parts = new CompletableFuture<>();
        parser.parse(
                new InputStreamContentSource(content, ByteBufferPool.SIZED_NON_POOLING),
                Promise.Invocable.toPromise(parts));
        try {
            return parts.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException
                    ? new S3ProxyException(S3ErrorCode.ENTITY_TOO_LARGE, e)
                    : malformed(e);
        }
    }

    private static S3ProxyException malformed(@Nullable Throwable cause) {
        return new S3ProxyException(
                S3ErrorCode.INVALID_REQUEST,
                "The body of your POST request is not well-formed multipart/form-data.",
                cause);
    }

    private static String key(Map<String, String> fields, MultiPart.Part file) {
        String key = fields.get("key");
        if (key == null || key.isEmpty()) {
            throw S3Errors.of(
                    400,
                    "InvalidArgument",
                    "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the"
                            + " fields.");
        }
        return key.replace("${filename}", file.getFileName() == null ? "" : file.getFileName());
    }

    private static @Nullable Instant expires(@Nullable String field) {
        try {
            return field == null ? null : DateTimeFormatter.RFC_1123_DATE_TIME.parse(field, Instant::from);
        } catch (DateTimeParseException e) {
            throw S3Errors.of(400, "InvalidArgument", "The form field expires is not a date of HTTP: " + field);
        }
    }

    @SuppressWarnings("deprecation") // As a PUT's header is handed over.
    private String store(String bucket, String key, Map<String, String> fields, MultiPart.Part file)
            throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        PutObjectRequest.Builder put = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentLength(file.getLength())
                .contentType(fields.get(AttributesOf.CONTENT_TYPE))
                .cacheControl(fields.get(AttributesOf.CACHE_CONTROL))
                .contentDisposition(fields.get(AttributesOf.CONTENT_DISPOSITION))
                .contentEncoding(fields.get(AttributesOf.CONTENT_ENCODING))
                .contentLanguage(fields.get(AttributesOf.CONTENT_LANGUAGE))
                .contentMD5(fields.get("content-md5"))
                .expires(expires(fields.get(AttributesOf.EXPIRES)));
        try (InputStream bytes = Content.Source.asInputStream(file.getContentSource())) {
            InputStream checked = bytes;
            for (Map.Entry<String, String> field : fields.entrySet()) {
                String name = field.getKey();
                @Nullable FlexChecksum checksum = FlexChecksum.fromHeaderName(name);
                if (name.startsWith(METADATA)) {
                    metadata.put(name.substring(METADATA.length()), field.getValue());
                } else if (checksum != null) {
                    checked = new ChecksumValidatingInputStream(
                            checked,
                            checksum.newChecksum(),
                            checksum.decodeValue(field.getValue()),
                            file.getLength(),
                            S3ErrorCode.BAD_DIGEST);
                    metadata.put(checksum.metadataKey(), field.getValue());
                } else {
                    refuseUnknown(name, field.getValue());
                }
            }
            return store.put(ObjectBlobStore.POST, put.metadata(metadata).build(), checked)
                    .eTag();
        }
    }

    /** What a form may ask of S3 and gets nowhere here; what S3 knows nothing of is the form's own affair. */
    private static void refuseUnknown(String name, String value) {
        boolean heeded =
                switch (name) {
                    case "tagging" -> false;
                    case "acl" -> value.equals("private");
                    case "x-amz-storage-class" -> value.equals("STANDARD");
                    default -> !name.startsWith("x-amz-") || HEEDED.contains(name);
                };
        if (!heeded) {
            throw S3Errors.notImplemented("The form field " + name);
        }
    }
}
