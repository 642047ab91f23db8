package dev.winnow.curation;

import dev.winnow.curation.vectors.ExecutionProvider;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Every setting of the service, with its default. */
@ConfigMapping(prefix = "winnow")
public interface CurationConfig {

    S3 s3();

    Qdrant qdrant();

    Embedding embedding();

    Jobs jobs();

    Vectors vectors();

    /** The object store. */
    interface S3 {
        @WithDefault("http://localhost:9000")
        URI endpoint();

        @WithDefault("local-access")
        String accessKey();

        @WithDefault("local-secret")
        String secretKey();

        @WithDefault("winnow")
        String bucket();
    }

    /** The vector database, over gRPC. */
    interface Qdrant {
        @WithDefault("localhost")
        String host();

        @WithDefault("6334")
        int port();

        @WithDefault("false")
        boolean tls();

        Optional<String> apiKey();
    }

    /** The embedding service, which turns an uploaded query image into a vector. */
    interface Embedding {
        @WithDefault("http://localhost:8101")
        URI url();
    }

    /** Long work. */
    interface Jobs {
        /** The largest dataset a job accepts, in images. */
        @WithDefault("2000000")
        int maxImages();

        /** How many unfinished jobs a dataset may have: further ones are refused. */
        @WithDefault("8")
        int perDataset();
    }

    /** Vectors in memory, and what is computed with them. */
    interface Vectors {
        /** How much is kept between two jobs, in bytes; 0 keeps nothing. */
        @WithDefault("268435456")
        long cacheBytes();

        /** How much the frontiers take, in bytes; where a dataset has both, its vectors count here and in the cache. */
        @WithDefault("536870912")
        long frontierBytes();

        /** The largest dataset, in images, whose pairs are all compared where the nearest neighbours of all are wanted. */
        @WithDefault("200000")
        int exactUpTo();

        /** What matrix products run on. */
        @WithDefault("auto")
        ExecutionProvider executionProvider();
    }
}
