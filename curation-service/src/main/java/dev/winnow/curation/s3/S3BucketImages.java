package dev.winnow.curation.s3;

import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.slices.BucketImages;
import io.minio.BucketExistsArgs;
import io.minio.CopyObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Image files, copied and deleted on behalf of slices. Each is looked at first. A request that changes something carries a
 * condition besides, so that stores which know such conditions notice what happens after the look.
 */
@ApplicationScoped
public class S3BucketImages implements BucketImages {

    private static final Set<String> ABSENT = Set.of("NoSuchKey", "NoSuchBucket");
    /** A client's error by its status, and worth repeating all the same. */
    private static final Set<String> PASSING = Set.of(
            "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "ConditionalRequestConflict", "SlowDown");

    private static final int TOO_MANY = 429;

    private final S3Bucket bucket;

    S3BucketImages(S3Bucket bucket) {
        this.bucket = bucket;
    }

    private interface Call<T> {
        T run() throws MinioException;
    }

    private static <T> T call(Call<T> call) throws ErrorResponseException {
        try {
            return call.run();
        } catch (ErrorResponseException e) {
            int status = e.response().code();
            if (status >= 400
                    && status < 500
                    && status != TOO_MANY
                    && !PASSING.contains(e.errorResponse().code())) {
                throw e;
            }
            throw new DependencyUnavailableException("S3", e);
        } catch (MinioException | IllegalStateException e) {
            // The client wraps a refused or broken connection into an IllegalStateException.
            throw new DependencyUnavailableException("S3", e);
        }
    }

    private static Answer refused(ErrorResponseException e) {
        return new Answer(
                Outcome.REFUSED,
                e.errorResponse().code() + ": " + e.errorResponse().message());
    }

    @Override
    public boolean isOurs(@Nullable String name) {
        return name == null || name.equals(bucket.name());
    }

    @Override
    public boolean exists(String name) {
        try {
            return call(() -> bucket.client()
                    .bucketExists(BucketExistsArgs.builder().bucket(name).build()));
        } catch (ErrorResponseException e) {
            // Whether it is there is not ours to know.
            return false;
        }
    }

    @Override
    public Answer copy(ObjectKey from, String etag, @Nullable String to, String key) {
        String target = to == null ? bucket.name() : to;
        try {
            Optional<Answer> there = there(target, key, etag);
            if (there.isPresent()) {
                return there.get();
            }
            Optional<String> source = etag(bucket.name(), from.toString());
            if (source.isEmpty()) {
                return new Answer(Outcome.GONE);
            }
            if (!source.get().equals(etag)) {
                return new Answer(Outcome.CHANGED);
            }
            call(() -> bucket.client()
                    .copyObject(CopyObjectArgs.builder()
                            .bucket(target)
                            .object(key)
                            // That the source is still the one it sees, the client itself demands of the store.
                            .extraHeaders(Map.of("If-None-Match", "*"))
                            .source(SourceObject.builder()
                                    .bucket(bucket.name())
                                    .object(from.toString())
                                    .build())
                            .build()));
            return new Answer(Outcome.DONE);
        } catch (ErrorResponseException e) {
            return switch (e.errorResponse().code()) {
                case "NoSuchKey" -> new Answer(Outcome.GONE);
                case "PreconditionFailed" -> unmet(target, key, etag);
                default -> refused(e);
            };
        }
    }

    /** Which of the two conditions of a copy was not met. */
    private Answer unmet(String target, String key, String etag) {
        try {
            return there(target, key, etag).orElse(new Answer(Outcome.CHANGED));
        } catch (ErrorResponseException e) {
            return refused(e);
        }
    }

    private Optional<Answer> there(String target, String key, String etag) throws ErrorResponseException {
        return etag(target, key)
                .map(found -> new Answer(found.equals(etag) ? Outcome.ALREADY_THERE : Outcome.OCCUPIED));
    }

    @Override
    public Answer delete(ObjectKey key, String etag) {
        try {
            Optional<String> found = etag(bucket.name(), key.toString());
            if (found.isEmpty()) {
                return new Answer(Outcome.GONE);
            }
            if (!found.get().equals(etag)) {
                return new Answer(Outcome.CHANGED);
            }
            call(() -> {
                bucket.client()
                        .removeObject(RemoveObjectArgs.builder()
                                .bucket(bucket.name())
                                .object(key.toString())
                                .extraHeaders(Map.of("If-Match", "\"" + etag + "\""))
                                .build());
                return key;
            });
            return new Answer(Outcome.DONE);
        } catch (ErrorResponseException e) {
            return switch (e.errorResponse().code()) {
                case "NoSuchKey" -> new Answer(Outcome.GONE);
                case "PreconditionFailed" -> new Answer(Outcome.CHANGED);
                default -> refused(e);
            };
        }
    }

    private Optional<String> etag(String name, String key) throws ErrorResponseException {
        try {
            return Optional.of(S3Bucket.unquoted(call(() -> bucket.client()
                            .statObject(StatObjectArgs.builder()
                                    .bucket(name)
                                    .object(key)
                                    .build()))
                    .etag()));
        } catch (ErrorResponseException e) {
            if (ABSENT.contains(e.errorResponse().code())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
