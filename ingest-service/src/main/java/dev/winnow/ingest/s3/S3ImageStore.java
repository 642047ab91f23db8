package dev.winnow.ingest.s3;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import dev.winnow.ingest.ImageStore;
import dev.winnow.ingest.IngestConfig;
import dev.winnow.ingest.UnavailableException;
import io.minio.BucketExistsArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** The bucket over the S3 protocol. Nothing connects before the first request, so a missing store stops no start-up. */
@Singleton
public final class S3ImageStore implements ImageStore {

    private static final int CONNECTIONS = 64;

    private final OkHttpClient http;
    private final MinioClient client;
    private final MinioClient presigner;
    private final String bucket;

    public S3ImageStore(IngestConfig config) {
        IngestConfig.S3 s3 = config.s3();
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(CONNECTIONS);
        dispatcher.setMaxRequestsPerHost(CONNECTIONS);
        http = new OkHttpClient.Builder()
                .socketFactory(new NoDelaySocketFactory())
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(CONNECTIONS, 1, TimeUnit.MINUTES))
                .connectTimeout(Duration.ofSeconds(2))
                .readTimeout(Duration.ofSeconds(20))
                .writeTimeout(Duration.ofSeconds(20))
                .build();
        client = client(s3, s3.endpoint());
        presigner = client(s3, s3.publicEndpoint().orElse(s3.endpoint()));
        bucket = s3.bucket();
    }

    private MinioClient client(IngestConfig.S3 s3, URI endpoint) {
        // With the region given, nothing has to be asked of the store before a URL can be signed.
        return MinioClient.builder()
                .endpoint(endpoint.toString())
                .region(s3.region())
                .credentials(s3.accessKey(), s3.secretKey())
                .httpClient(http)
                .build();
    }

    @PreDestroy
    void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    @Override
    public String put(ObjectKey key, byte[] file, ImageFormat format) {
        PutObjectArgs args = PutObjectArgs.builder()
                .bucket(bucket)
                .object(key.toString())
                .contentType(format.mediaType())
                .data(file, file.length)
                .build();
        try {
            return unquoted(call(() -> client.putObject(args)).etag());
        } catch (UnavailableException e) {
            if (!isError(e, "NoSuchBucket")) {
                throw e;
            }
        }
        createBucketIfMissing();
        return unquoted(call(() -> client.putObject(args)).etag());
    }

    @Override
    public boolean exists(ObjectKey key) {
        StatObjectArgs args =
                StatObjectArgs.builder().bucket(bucket).object(key.toString()).build();
        try {
            call(() -> client.statObject(args));
            return true;
        } catch (UnavailableException e) {
            if (isError(e, "NoSuchKey") || isError(e, "NoSuchBucket")) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void remove(ObjectKey key) {
        RemoveObjectArgs args =
                RemoveObjectArgs.builder().bucket(bucket).object(key.toString()).build();
        call(() -> {
            client.removeObject(args);
            return key;
        });
    }

    @Override
    public URI presignPut(ObjectKey key, Duration expiry) {
        return URI.create(call(() -> presigner.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(Http.Method.PUT)
                .bucket(bucket)
                .object(key.toString())
                .expiry((int) expiry.toSeconds())
                .build())));
    }

    @Override
    public Iterator<StoredObject> list(String dataset) {
        return listPrefix(dataset + "/");
    }

    @Override
    public Iterator<StoredObject> listBoxes(String dataset) {
        return listPrefix(ImageObjects.prefix(dataset));
    }

    private Iterator<StoredObject> listPrefix(String prefix) {
        Iterator<Result<Item>> results = client.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .recursive(true)
                        .build())
                .iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return call(results::hasNext);
            }

            @Override
            public StoredObject next() {
                Result<Item> result = results.next();
                Item item = call(result::get);
                return new StoredObject(item.objectName(), unquoted(item.etag()), item.size());
            }
        };
    }

    @Override
    public Set<String> topLevelNames() {
        Set<String> names = new TreeSet<>();
        Iterator<Result<Item>> results = client.listObjects(
                        ListObjectsArgs.builder().bucket(bucket).delimiter("/").build())
                .iterator();
        while (call(results::hasNext)) {
            Item item = call(() -> results.next().get());
            if (item.isDir()) {
                names.add(item.objectName().replaceFirst("/$", ""));
            }
        }
        return names;
    }

    /** Asks the store whether it has the bucket, and makes it where it has not. */
    void createBucketIfMissing() {
        call(() -> {
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                try {
                    client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
                } catch (ErrorResponseException e) {
                    // Two replicas may find it missing at once.
                    if (!e.errorResponse().code().startsWith("BucketAlready")) {
                        throw e;
                    }
                }
            }
            return bucket;
        });
    }

    private interface Call<T> {
        T run() throws MinioException;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (MinioException | IllegalStateException e) {
            // The client wraps a refused connection into an IllegalStateException.
            throw new UnavailableException("object storage does not answer", e);
        }
    }

    private static boolean isError(UnavailableException e, String code) {
        return e.getCause() instanceof ErrorResponseException answer
                && answer.errorResponse().code().equals(code);
    }

    /** Stores differ in whether the tag comes with the quotes of its header. */
    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }
}
