package dev.winnow.localstack.s3;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.*;

/** An {@link ObjectStore} as S3Proxy wants it. */
public class ObjectBlobStore implements BlobStore {

    static final String POST = "s3:ObjectCreated:Post";
    private static final String PUT = "s3:ObjectCreated:Put";
    private static final String COPY = "s3:ObjectCreated:Copy";
    /** In bytes. */
    private static final int LONGEST_KEY = 1024;

    private static final String KEY_TOO_LONG = "KeyTooLongError";
    private static final String KEY_TOO_LONG_MESSAGE = "Your key is too long";
    private static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final ObjectStore store;

    protected ObjectBlobStore(ObjectStore store) {
        this.store = store;
    }

    /** Something that reads or writes files. */
    private interface Operation<T> {
        T run() throws IOException;
    }

    private static <T> T run(Operation<T> operation) {
        try {
            return operation.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Something that changes files. */
    private interface Action {
        void run() throws IOException;
    }

    private static void act(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ListBucketsResponse list() {
        List<Bucket> listed = new ArrayList<>();
        store.all()
                .forEach(bucket ->
                        listed.add(SdkResponses.bucket(bucket.name(), Instant.ofEpochMilli(bucket.created()))));
        return ListBucketsResponse.builder().buckets(listed).build();
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        return new ObjectListing(store.bucket(request.bucket()).objects(), request).page();
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        var unused = store.bucket(request.bucket());
        return HeadBucketResponse.builder().bucketRegion("us-east-1").build();
    }

    @Override
    public CreateBucketResponse createContainer(CreateBucketRequest request) {
        if (!BUCKET_NAME.matcher(request.bucket()).matches()) {
            throw new S3ProxyException(S3ErrorCode.INVALID_BUCKET_NAME);
        }
        String access = request.acl() == null ? BucketCannedACL.PRIVATE.toString() : request.aclAsString();
        act(() -> store.create(request.bucket(), access));
        return CreateBucketResponse.builder().build();
    }

    @Override
    public BucketCannedACL getContainerAccess(String bucket) {
        return BucketCannedACL.fromValue(store.bucket(bucket).access());
    }

    @Override
    public void setContainerAccess(String bucket, BucketCannedACL access) {
        act(() -> store.share(bucket, access.toString()));
    }

    @Override
    public void deleteBucket(String bucket) {
        act(() -> store.delete(bucket));
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
        return put(PUT, request, content);
    }

    /** As {@link #putBlob}, for what a form uploaded. */
    PutObjectResponse put(String name, PutObjectRequest request, InputStream content) {
        checkKey(request.key());
        var unused = store.bucket(request.bucket());
        Attributes attributes = AttributesOf.put(request);
        StoredObject object = run(() -> {
            ObjectFiles.Written written = store.files().write(content);
            try {
                check(written, request.contentLength(), request.contentMD5());
            } catch (RuntimeException e) {
                store.files().delete(written.file());
                throw e;
            }
            return store.store(
                    name,
                    request.bucket(),
                    request.key(),
                    written,
                    written.md5(),
                    attributes,
                    new Condition(request.ifMatch(), request.ifNoneMatch()),
                    null);
        });
        return PutObjectResponse.builder().eTag(quoted(object.eTag())).build();
    }

    private static boolean isTooLong(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY;
    }

    private static void checkKey(String key) {
        if (isTooLong(key)) {
            throw S3Errors.of(400, KEY_TOO_LONG, KEY_TOO_LONG_MESSAGE);
        }
    }

    private static void check(ObjectFiles.Written written, @Nullable Long length, @Nullable String md5) {
        if (length != null && length != written.size()) {
            throw new S3ProxyException(S3ErrorCode.INCOMPLETE_BODY);
        }
        if (md5 != null && !HexFormat.of().formatHex(decoded(md5)).equals(written.md5())) {
            throw new S3ProxyException(
                    S3ErrorCode.BAD_DIGEST, "The Content-Md5 you specified did not match what we received.");
        }
    }

    private static byte[] decoded(String md5) {
        try {
            return Base64.getDecoder().decode(md5);
        } catch (IllegalArgumentException e) {
            throw S3Errors.of(400, "InvalidDigest", "The Content-Md5 you specified is not valid.");
        }
    }

    private static String quoted(String eTag) {
        return '"' + eTag + '"';
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        checkKey(request.destinationKey());
        var unused = store.bucket(request.destinationBucket());
        StoredObject copy = run(() -> {
            while (true) {
                StoredObject source = store.get(request.sourceBucket(), request.sourceKey());
                ReadConditions.ofCopy(request).check(source);
                Attributes attributes = AttributesOf.copy(request, source);
                try {
                    long content = store.files().link(source.file());
                    return store.store(
                            COPY,
                            request.destinationBucket(),
                            request.destinationKey(),
                            new ObjectFiles.Written(content, source.size(), source.eTag()),
                            source.eTag(),
                            attributes,
                            new Condition(request.ifMatch(), request.ifNoneMatch()),
                            null);
                } catch (NoSuchFileException replacedMeanwhile) {
                    // Looked up again.
                }
            }
        });
        return SdkResponses.copyResponse(quoted(copy.eTag()), Instant.ofEpochMilli(copy.modified()));
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return SdkResponses.toHead(
                describe(store.get(request.bucket(), request.key())).build());
    }

    @SuppressWarnings("deprecation") // As S3Proxy reads it.
    private static GetObjectResponse.Builder describe(StoredObject object) {
        var headers = object.headers();
        @Nullable String expires = headers.get(AttributesOf.EXPIRES);
        return GetObjectResponse.builder()
                .metadata(object.metadata())
                .cacheControl(headers.get(AttributesOf.CACHE_CONTROL))
                .contentDisposition(headers.get(AttributesOf.CONTENT_DISPOSITION))
                .contentEncoding(headers.get(AttributesOf.CONTENT_ENCODING))
                .contentLanguage(headers.get(AttributesOf.CONTENT_LANGUAGE))
                .contentType(headers.get(AttributesOf.CONTENT_TYPE))
                .expires(expires == null ? null : Instant.parse(expires))
                .contentLength(object.size())
                .eTag(quoted(object.eTag()))
                // HTTP knows no fractions of a second; conditions compare with what the client was told.
                .lastModified(Instant.ofEpochMilli(object.modified()).truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        return run(() -> {
            while (true) {
                StoredObject object = store.get(request.bucket(), request.key());
                ReadConditions.of(request).check(object);
                var response = describe(object);
                ByteRange range = ByteRange.of(request.range(), object.size());
                if (request.range() != null) {
                    response.contentRange(range.contentRange(object.size()));
                    response.contentLength(range.length());
                }
                try {
                    FileChannel content = store.files().open(object.file(), range.first());
                    return SdkResponses.getResponse(
                            response.build(),
                            com.google.common.io.ByteStreams.limit(Channels.newInputStream(content), range.length()));
                } catch (NoSuchFileException replacedMeanwhile) {
                    // Looked up again.
                }
            }
        });
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        if (request.versionId() != null && !request.versionId().equals("null")) {
            throw S3Errors.notImplemented("Versioning");
        }
        checkKey(request.key());
        act(() -> store.remove(
                request.bucket(),
                request.key(),
                ObjectStore.NO_OPERATION,
                object -> ReadConditions.allowRemoval(request, object)));
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public DeleteObjectsResponse removeBlobs(DeleteObjectsRequest request) {
        List<DeletedObject> deleted = new ArrayList<>();
        List<S3Error> refused = new ArrayList<>();
        for (ObjectIdentifier object : request.delete().objects()) {
            if (isTooLong(object.key())) {
                refused.add(S3Error.builder()
                        .key(object.key())
                        .code(KEY_TOO_LONG)
                        .message(KEY_TOO_LONG_MESSAGE)
                        .build());
                continue;
            }
            // MinIO counts what is missing as deleted here.
            act(() -> store.remove(request.bucket(), object.key(), ObjectStore.DELETE, unconditionally -> true));
            deleted.add(DeletedObject.builder().key(object.key()).build());
        }
        return DeleteObjectsResponse.builder().deleted(deleted).errors(refused).build();
    }

    @Override
    public ObjectCannedACL getBlobAccess(String bucket, String key) {
        return store.get(bucket, key).publicRead() ? ObjectCannedACL.PUBLIC_READ : ObjectCannedACL.PRIVATE;
    }

    @Override
    public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {
        act(() -> store.share(bucket, key, access == ObjectCannedACL.PUBLIC_READ));
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        checkKey(request.key());
        return new MultipartUpload(
                run(() -> store.begin(request.bucket(), request.key(), AttributesOf.upload(request))), request);
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
        act(() -> store.abort(upload.id(), upload.containerName(), upload.blobName()));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        List<Integer> numbers = request.multipartUpload().parts().stream()
                .map(CompletedPart::partNumber)
                .toList();
        StoredObject object = run(() -> store.complete(
                upload.id(),
                upload.containerName(),
                upload.blobName(),
                numbers,
                new Condition(request.ifMatch(), request.ifNoneMatch())));
        return SdkResponses.completeResponse(quoted(object.eTag()));
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream content) {
        StoredPart part = run(() -> store.storePart(
                upload.id(),
                upload.containerName(),
                upload.blobName(),
                requireNonNull(request.partNumber()),
                content,
                written -> check(written, request.contentLength(), request.contentMD5())));
        return SdkResponses.uploadedPart(quoted(part.eTag()));
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        return store.upload(upload.id(), upload.containerName(), upload.blobName()).parts().values().stream()
                .map(part -> SdkResponses.part(
                        part.number(), part.size(), quoted(part.eTag()), Instant.ofEpochMilli(part.modified())))
                .toList();
    }

    @Override
    public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(String bucket) {
        var unused = store.bucket(bucket);
        List<software.amazon.awssdk.services.s3.model.MultipartUpload> listed = new ArrayList<>();
        store.uploads().forEach(upload -> {
            var begun = upload.begun();
            if (begun.bucket().equals(bucket)) {
                listed.add(SdkResponses.upload(begun.key(), begun.upload(), Instant.ofEpochMilli(begun.time())));
            }
        });
        return listed;
    }

    @Override
    public long getMinimumMultipartPartSize() {
        return 5 << 20;
    }
}
