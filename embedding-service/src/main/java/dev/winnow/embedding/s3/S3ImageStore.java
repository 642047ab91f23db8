package dev.winnow.embedding.s3;

import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.DependencyUnavailableException;
import dev.winnow.embedding.ImageStore;
import dev.winnow.embedding.WinnowConfig;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import okhttp3.OkHttpClient;

/** The bucket, by the S3 protocol. */
@ApplicationScoped
public class S3ImageStore implements ImageStore {

    private static final Set<String> MISSING = Set.of("NoSuchKey", "NoSuchObject", "NotFound");

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final MinioClient client;
    private final MinioClient prober;
    private final OkHttpClient http;
    private final String bucket;

    S3ImageStore(WinnowConfig config) {
        this.bucket = config.s3().bucket();
        this.http = new OkHttpClient.Builder()
                .socketFactory(new NoDelaySocketFactory())
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofSeconds(15))
                .build();
        this.client = client(config.s3(), http);
        this.prober = client(config.s3(), http.newBuilder().callTimeout(PROBE).build());
    }

    private static MinioClient client(WinnowConfig.S3 s3, OkHttpClient http) {
        return MinioClient.builder()
                .endpoint(s3.endpoint().toString())
                .credentials(s3.accessKey(), s3.secretKey())
                // Spares a request per bucket; MinIO and its likes accept any region.
                .region("us-east-1")
                .httpClient(http)
                .build();
    }

    @Override
    public Optional<String> etag(ObjectKey key) {
        try {
            return Optional.of(client.statObject(StatObjectArgs.builder()
                            .bucket(bucket)
                            .object(key.toString())
                            .build())
                    .etag());
        } catch (MinioException | RuntimeException e) {
            return ifMissing(e, key.toString());
        }
    }

    @Override
    public Optional<StoredImage> open(ObjectKey key) {
        return open(key.toString());
    }

    /** Opens any object; empty where there is none. */
    Optional<StoredImage> open(String key) {
        try {
            return Optional.of(new Open(
                    key,
                    client.getObject(
                            GetObjectArgs.builder().bucket(bucket).object(key).build())));
        } catch (MinioException | RuntimeException e) {
            return ifMissing(e, key.toString());
        }
    }

    /** Whether there is any object whose key begins so. */
    boolean hasAny(String prefix) {
        try {
            Iterator<Result<Item>> first = client.listObjects(ListObjectsArgs.builder()
                            .bucket(bucket)
                            .prefix(prefix)
                            .recursive(true)
                            .maxKeys(1)
                            .build())
                    .iterator();
            if (first.hasNext()) {
                first.next().get();
                return true;
            }
            return false;
        } catch (MinioException | RuntimeException e) {
            throw new DependencyUnavailableException("object store, listing " + prefix, e);
        }
    }

    void remove(String key) {
        try {
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
        } catch (MinioException | RuntimeException e) {
            throw new DependencyUnavailableException("object store, removing " + key, e);
        }
    }

    MinioClient client() {
        return client;
    }

    /** The bucket's name. */
    String name() {
        return bucket;
    }

    /** Fails unless the bucket is there and answers. */
    void probe() {
        try {
            if (!prober.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                throw new DependencyUnavailableException(
                        "object store", new IOException("there is no bucket '" + bucket + "'"));
            }
        } catch (MinioException | IllegalStateException e) {
            throw new DependencyUnavailableException("object store", e);
        }
    }

    /** The client wraps a connection that is cut in the middle of an answer into an unchecked exception. */
    static <T> Optional<T> ifMissing(Exception e, String key) {
        if (e instanceof ErrorResponseException answer
                && MISSING.contains(answer.errorResponse().code())) {
            return Optional.empty();
        }
        throw new DependencyUnavailableException("object store, reading " + key, e);
    }

    @PreDestroy
    void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private record Open(String key, GetObjectResponse response) implements StoredImage {

        @Override
        public String etag() {
            String header = response.headers().get("ETag");
            return header == null ? "" : header.replace("\"", "");
        }

        @Override
        public long bytes() {
            String header = response.headers().get("Content-Length");
            return header == null ? 0 : Long.parseLong(header);
        }

        @Override
        public byte[] read() {
            try {
                byte[] content = response.readNBytes(Math.toIntExact(bytes()));
                if (content.length != bytes()) {
                    throw new IOException("got " + content.length + " of " + bytes() + " bytes");
                }
                return content;
            } catch (IOException e) {
                throw new DependencyUnavailableException("object store, reading " + key, e);
            }
        }

        @Override
        public void close() {
            try {
                response.close();
            } catch (IOException e) {
                throw new DependencyUnavailableException("object store, closing " + key, e);
            }
        }
    }
}
