package dev.winnow.curation.s3;

import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.NotFoundException;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The bucket: image files, which are only read here, and this service's own objects. {@link S3BucketImages} is the one place
 * that copies or deletes image files.
 */
@ApplicationScoped
public class S3Bucket implements ImageFiles {

    /** The largest object that S3 takes in one request. */
    private static final long LARGEST_FILE = 5L << 30;

    private static final Map<String, String> NEW = Map.of("If-None-Match", "*");

    private final MinioClient client;
    private final String bucket;

    S3Bucket(CurationConfig config) {
        this.bucket = config.s3().bucket();
        this.client = MinioClient.builder()
                .endpoint(config.s3().endpoint().toString())
                .credentials(config.s3().accessKey(), config.s3().secretKey())
                .httpClient(new OkHttpClient.Builder()
                        .socketFactory(new NoDelaySocketFactory())
                        .build())
                .build();
    }

    MinioClient client() {
        return client;
    }

    /** What the bucket is called. */
    String name() {
        return bucket;
    }

    @Override
    public InputStream open(ObjectKey key) {
        return open(key.toString()).orElseThrow(() -> new NotFoundException("object", key));
    }

    /** An object's bytes; empty if there is no such object. The caller closes the stream. */
    Optional<InputStream> open(String key) {
        return get(key).map(response -> response);
    }

    private Optional<GetObjectResponse> get(String key) {
        return ifThere(() -> client.getObject(
                GetObjectArgs.builder().bucket(bucket).object(key).build()));
    }

    /** Some of an object's bytes; empty if there is no such object. */
    Optional<byte[]> read(String key, long offset, int length) {
        Optional<GetObjectResponse> object = ifThere(() -> client.getObject(GetObjectArgs.builder()
                .bucket(bucket)
                .object(key)
                .offset(offset)
                .length((long) length)
                .build()));
        if (object.isEmpty()) {
            return Optional.empty();
        }
        try (GetObjectResponse in = object.get()) {
            return Optional.of(in.readNBytes(length));
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
    }

    private interface Call<T> {
        T run() throws MinioException;
    }

    /** What the store answers of an object; empty if there is none. */
    private static <T> Optional<T> ifThere(Call<T> call) {
        try {
            return Optional.of(call.run());
        } catch (ErrorResponseException e) {
            String code = e.errorResponse().code();
            if (code.equals("NoSuchKey") || code.equals("NoSuchBucket")) {
                return Optional.empty();
            }
            throw new DependencyUnavailableException("S3", e);
        } catch (MinioException | IllegalStateException e) {
            // The client wraps a refused or broken connection into an IllegalStateException.
            throw new DependencyUnavailableException("S3", e);
        }
    }

    /** A small object's bytes; empty if there is no such object. */
    Optional<byte[]> read(String key) {
        return readTagged(key).map(Tagged::content);
    }

    /**
     * A small object.
     *
     * @param etag its entity tag, without quotes
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Tagged(byte[] content, String etag) {}

    /** A small object with its entity tag; empty if there is no such object. */
    Optional<Tagged> readTagged(String key) {
        Optional<GetObjectResponse> object = get(key);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        try (GetObjectResponse in = object.get()) {
            String etag = in.headers().get("ETag");
            return Optional.of(new Tagged(in.readAllBytes(), unquoted(etag == null ? "" : etag)));
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
    }

    /** An object's entity tag, without quotes; empty if there is no such object. */
    Optional<String> etag(String key) {
        return ifThere(() -> client.statObject(
                        StatObjectArgs.builder().bucket(bucket).object(key).build()))
                .map(object -> unquoted(object.etag()));
    }

    /** An object's size in bytes; empty if there is no such object. */
    OptionalLong size(String key) {
        return ifThere(() -> client.statObject(
                        StatObjectArgs.builder().bucket(bucket).object(key).build()))
                .map(object -> OptionalLong.of(object.size()))
                .orElse(OptionalLong.empty());
    }

    /** Writes an object, replacing the one before, and returns its entity tag. */
    String write(String key, byte[] bytes) {
        return put(key, bytes, Map.of()).orElseThrow();
    }

    /**
     * Writes an object in the place of the one of entity tag {@code etag}, or of none if that is null, and returns its own; empty if
     * somebody else was faster.
     */
    Optional<String> replace(String key, byte[] bytes, @Nullable String etag) {
        return put(key, bytes, etag == null ? NEW : Map.of("If-Match", "\"" + etag + "\""));
    }

    /** Writes a file as a new object, in one request whatever its size, up to {@value #LARGEST_FILE} bytes; false if there is one. */
    boolean create(String key, Path file, String contentType) {
        return written(
                        NEW,
                        () -> client.uploadObject(UploadObjectArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .extraHeaders(NEW)
                                // In parts it would be written without the condition.
                                .filename(file.toString(), LARGEST_FILE)
                                .contentType(contentType)
                                .build()))
                .isPresent();
    }

    private Optional<String> put(String key, byte[] bytes, Map<String, String> condition) {
        return written(
                condition,
                () -> client.putObject(PutObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .extraHeaders(condition)
                        .data(bytes, bytes.length)
                        .contentType("application/json")
                        .build()));
    }

    /**
     * The entity tag of what was written; empty if the condition did not hold.
     *
     * @param condition {@code If-Match} or {@code If-None-Match} (RFC 9110), or nothing
     */
    private static Optional<String> written(Map<String, String> condition, Call<ObjectWriteResponse> call) {
        try {
            return Optional.of(unquoted(call.run().etag()));
        } catch (ErrorResponseException e) {
            String code = e.errorResponse().code();
            // An object that is to match and is gone is "no such key".
            if (!condition.isEmpty() && (code.equals("PreconditionFailed") || code.equals("NoSuchKey"))) {
                return Optional.empty();
            }
            throw new DependencyUnavailableException("S3", e);
        } catch (MinioException | IllegalStateException e) {
            // The client wraps a refused or broken connection into an IllegalStateException.
            throw new DependencyUnavailableException("S3", e);
        }
    }

    /** Deletes one of the suite's own objects, if there is one. */
    void delete(String key) {
        if (!ObjectKey.isReserved(key)) {
            throw new IllegalArgumentException("an image's file: " + key);
        }
        try {
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
        } catch (MinioException | IllegalStateException e) {
            throw new DependencyUnavailableException("S3", e);
        }
    }

    /** The keys that begin with {@code prefix}, in their order, read page by page while iterating. */
    Iterator<String> list(String prefix) {
        return list(prefix, "");
    }

    /** The same, of keys behind {@code after} only. */
    Iterator<String> list(String prefix, String after) {
        ListObjectsArgs.Builder keys =
                ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true);
        if (!after.isEmpty()) {
            keys.startAfter(after);
        }
        Iterator<Result<Item>> results = client.listObjects(keys.build()).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return results.hasNext();
                } catch (IllegalStateException e) {
                    throw new DependencyUnavailableException("S3", e);
                }
            }

            @Override
            public String next() {
                try {
                    return results.next().get().objectName();
                } catch (MinioException | IllegalStateException e) {
                    throw new DependencyUnavailableException("S3", e);
                }
            }
        };
    }

    static String unquoted(String etag) {
        return etag.replace("\"", "");
    }

    @Override
    public boolean answers() {
        try {
            open(ObjectKey.RESERVED_PREFIX + "ping").ifPresent(S3Bucket::close);
            return true;
        } catch (DependencyUnavailableException e) {
            return false;
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
    }
}
