package dev.winnow.embedding.s3;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.Attempt;
import dev.winnow.embedding.AttemptStore;
import dev.winnow.embedding.DependencyUnavailableException;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Attempts as objects of the bucket: {@code .winnow/attempts/{consumer group}/{partition}/{worker}/{name}.json}. */
@ApplicationScoped
class S3AttemptStore implements AttemptStore {

    private static final String SUFFIX = ".json";

    private final S3ImageStore bucket;
    private final String prefix;

    S3AttemptStore(S3ImageStore bucket, @ConfigProperty(name = "mp.messaging.incoming.images.group.id") String group) {
        this.bucket = bucket;
        this.prefix = ObjectKey.RESERVED_PREFIX + "attempts/" + group + "/";
    }

    @Override
    public void write(Place place, Attempt attempt) {
        byte[] json = EventJson.write(attempt);
        try {
            bucket.client()
                    .putObject(PutObjectArgs.builder()
                            .bucket(bucket.name())
                            .object(key(place))
                            .data(json, json.length)
                            .contentType("application/json")
                            .build());
        } catch (MinioException | RuntimeException e) {
            throw new DependencyUnavailableException("object store, writing an attempt down", e);
        }
    }

    @Override
    public void erase(Place place) {
        try {
            bucket.client()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(bucket.name())
                            .object(key(place))
                            .build());
        } catch (MinioException | RuntimeException e) {
            throw new DependencyUnavailableException("object store, erasing an attempt", e);
        }
    }

    @Override
    public List<Noted> list(int partition) {
        String folder = prefix + partition + "/";
        List<Noted> noted = new ArrayList<>();
        try {
            for (Result<Item> result : bucket.client()
                    .listObjects(ListObjectsArgs.builder()
                            .bucket(bucket.name())
                            .prefix(folder)
                            .recursive(true)
                            .build())) {
                Item item = result.get();
                String[] parts = item.objectName().substring(folder.length()).split("/", -1);
                if (parts.length == 2 && parts[1].endsWith(SUFFIX)) {
                    String name = parts[1].substring(0, parts[1].length() - SUFFIX.length());
                    noted.add(new Noted(
                            new Place(partition, parts[0], name),
                            item.lastModified().toInstant()));
                }
            }
        } catch (MinioException | RuntimeException e) {
            throw new DependencyUnavailableException("object store, listing attempts", e);
        }
        return noted;
    }

    @Override
    public Optional<Attempt> read(Place place) {
        try (InputStream in = bucket.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(bucket.name())
                        .object(key(place))
                        .build())) {
            return Optional.of(EventJson.read(in.readAllBytes(), Attempt.class));
        } catch (MinioException | IOException | RuntimeException e) {
            return S3ImageStore.ifMissing(e, key(place));
        }
    }

    private String key(Place place) {
        return prefix + place.partition() + "/" + place.worker() + "/" + place.name() + SUFFIX;
    }
}
