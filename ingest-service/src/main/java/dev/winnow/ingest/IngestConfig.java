package dev.winnow.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Every setting of this service and its default. Environment variables are the same names in capitals. */
@ConfigMapping(prefix = "winnow")
public interface IngestConfig {

    S3 s3();

    Qdrant qdrant();

    Limits limits();

    Uploads uploads();

    Reconcile reconcile();

    /** The bucket. */
    interface S3 {
        @WithDefault("http://localhost:9000")
        URI endpoint();

        /** Where clients outside reach the same store; presigned URLs are made for this host. */
        Optional<URI> publicEndpoint();

        @WithDefault("us-east-1")
        String region();

        @WithDefault("local-access")
        String accessKey();

        @WithDefault("local-secret")
        String secretKey();

        @WithDefault("winnow")
        String bucket();
    }

    /** The index, needed for reconciliation only. */
    interface Qdrant {
        @WithDefault("localhost")
        String host();

        /** The gRPC port. */
        @WithDefault("6334")
        int port();

        Optional<String> apiKey();

        @WithDefault("false")
        boolean tls();
    }

    /** What one image, one request and all requests together may hold. */
    interface Limits {
        /** The largest file, in bytes; can only be lowered, since the worker takes no more than the default. */
        @WithDefault("25000000")
        long maxBytes();

        /** The largest width × height; can only be lowered, since the worker takes no more than the default. */
        @WithDefault("64000000")
        long maxPixels();

        /** Heap that all request bodies together may hold; sized for -Xmx256m. */
        @WithDefault("96M")
        MemorySize bodyMemory();

        /** How long a request waits for its share of that before it is told to come back. */
        @WithDefault("10s")
        Duration bodyWait();

        /** The most files in one multipart or tar request. */
        @WithDefault("100000")
        int maxItems();
    }

    /** Presigned uploads. */
    interface Uploads {
        /** How long a presigned URL is good for; S3 allows up to seven days. */
        @WithDefault("15m")
        Duration expiry();
    }

    /** Comparing the bucket with the index. */
    interface Reconcile {
        /** How often all datasets are reconciled: a duration such as {@code 6h}, or {@code off}. */
        @WithDefault("off")
        String every();
    }
}
