package dev.winnow.embedding.bench;

import dev.winnow.contract.ObjectKey;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Puts images into the bucket by S3, past the ingest service. */
final class Bucket {

    private static final int AT_A_TIME = 8;

    private final SuiteEndpoints.S3 s3;
    private final MinioClient signer;
    private final HttpClient http;

    Bucket(SuiteEndpoints.S3 s3, HttpClient http) {
        this.s3 = s3;
        this.http = http;
        this.signer = MinioClient.builder()
                .endpoint(s3.endpoint())
                .credentials(s3.accessKey(), s3.secretKey())
                .region("us-east-1")
                .build();
    }

    /** All images, in their order. */
    List<Stored> put(Photos photos, String dataset) throws InterruptedException {
        ConcurrentHashMap<Integer, Stored> stored = new ConcurrentHashMap<>();
        Callers.each(
                AT_A_TIME,
                photos.count(),
                (caller, i) -> stored.put(i, put(new ObjectKey(dataset, photos.path(i)), photos.bytes(i))));
        return IntStream.range(0, photos.count()).mapToObj(stored::get).toList();
    }

    private Stored put(ObjectKey key, byte[] bytes) throws IOException, InterruptedException, MinioException {
        String url = signer.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                .method(Http.Method.PUT)
                .bucket(s3.bucket())
                .object(key.toString())
                .build());
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
        if (response.statusCode() != 200) {
            throw new IOException("the bucket answered " + response.statusCode() + " to PUT " + key);
        }
        String etag = response.headers().firstValue("ETag").orElse("").replace("\"", "");
        return new Stored(key, etag, bytes.length);
    }
}
