package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.ChangeJournal.Intent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Passes every operation on, and has the changes of one bucket's objects told before it answers. */
final class NotifyingBlobStore extends ForwardingBlobStore {

    /** Objects S3Proxy keeps for itself while a multipart upload is under way. */
    private static final String INTERNAL_PREFIX = ".s3proxy-mpu-stub-";

    private final String bucket;
    private final ChangeRelay relay;

    NotifyingBlobStore(BlobStore delegate, String bucket, ChangeRelay relay) {
        super(delegate);
        this.bucket = bucket;
        this.relay = relay;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
        return telling(ObjectChange.PUT, request.bucket(), request.key(), () -> delegate()
                .putBlob(request, content));
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return telling(ObjectChange.COPY, request.destinationBucket(), request.destinationKey(), () -> delegate()
                .copyBlob(request));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return telling(
                ObjectChange.COMPLETE_MULTIPART_UPLOAD, upload.containerName(), upload.blobName(), () -> delegate()
                        .completeMultipartUpload(upload, request));
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        if (!isTold(request.bucket(), request.key()) || !delegate().blobExists(request.bucket(), request.key())) {
            return delegate().removeBlob(request);
        }
        return telling(ObjectChange.DELETE, request.bucket(), request.key(), () -> delegate()
                .removeBlob(request));
    }

    @Override
    public void removeBlob(String container, String key) {
        var unused = removeBlob(
                DeleteObjectRequest.builder().bucket(container).key(key).build());
    }

    @Override
    public DeleteObjectsResponse removeBlobs(DeleteObjectsRequest request) {
        List<DeletedObject> deleted = new ArrayList<>();
        for (ObjectIdentifier object : request.delete().objects()) {
            removeBlob(request.bucket(), object.key());
            deleted.add(DeletedObject.builder().key(object.key()).build());
        }
        return DeleteObjectsResponse.builder().deleted(deleted).build();
    }

    private <T> T telling(String name, String container, String key, Supplier<T> operation) {
        if (!isTold(container, key)) {
            return operation.get();
        }
        try {
            Intent intent = relay.begin(name, container, key);
            T result;
            try {
                result = operation.get();
            } catch (RuntimeException failed) {
                relay.abandon(intent);
                throw failed;
            }
            relay.made(intent);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isTold(String container, String key) {
        return container.equals(bucket) && !key.startsWith(INTERNAL_PREFIX);
    }
}
