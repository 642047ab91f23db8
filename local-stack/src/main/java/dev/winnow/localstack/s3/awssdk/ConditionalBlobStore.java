package dev.winnow.localstack.s3.awssdk;

import dev.winnow.localstack.s3.ObjectBlobStore;
import dev.winnow.localstack.s3.ObjectStore;

/** The store under the name that tells S3Proxy to leave conditions to it; see the package. */
public final class ConditionalBlobStore extends ObjectBlobStore {

    public ConditionalBlobStore(ObjectStore store) {
        super(store);
    }
}
