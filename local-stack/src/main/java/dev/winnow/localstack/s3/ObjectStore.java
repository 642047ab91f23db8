package dev.winnow.localstack.s3;

import dev.winnow.localstack.s3.Buckets.Bucket;
import dev.winnow.localstack.s3.Buckets.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;

/**
 * Buckets of objects in a folder. Whatever a method returned from is on the disk, and is there after a kill or a power
 * cut; a change is seen by others once it is on the disk, whole. Changes of one key follow each other.
 */
public final class ObjectStore implements AutoCloseable {

    static final String DELETE = "s3:ObjectRemoved:Delete";
    /** A removal of what is not there. */
    static final String NO_OPERATION = "s3:ObjectRemoved:NoOP";

    private static final String JOURNAL = "journal";
    /** Lines more than the shortest journal has, from which it is written anew. */
    private static final int SPARE_LINES = 10_000;

    private static final int LOCKS = 256;

    private final Buckets buckets;
    private final ObjectFiles files;
    private final ChangeJournal journal;
    /** Held exclusively while a bucket appears or goes. */
    private final ReentrantReadWriteLock bucketLock = new ReentrantReadWriteLock();

    /** Taken after {@link #bucketLock}. */
    private final Object[] keyLocks = locks();
    /** Taken before {@link #bucketLock}, and so never the same as those of keys: completing an upload holds both. */
    private final Object[] uploadLocks = locks();

    private ObjectStore(Buckets buckets, ObjectFiles files, ChangeJournal journal) {
        this.buckets = buckets;
        this.files = files;
        this.journal = journal;
    }

    private static Object[] locks() {
        return Stream.generate(Object::new).limit(LOCKS).toArray();
    }

    /**
     * Takes a folder and hands out the changes that may not have been told yet, then every new one, in their order.
     *
     * @param bucket whose changes are told
     * @param toldUpTo the number of the last change that is certain to have been told
     */
    static ObjectStore open(Path folder, String bucket, long toldUpTo, Consumer<Change.Told> untold)
            throws IOException {
        Path path = Files.createDirectories(folder).resolve(JOURNAL);
        Buckets buckets = new Buckets();
        List<Change.Told> owed = new ArrayList<>();
        long[] counts = {0, toldUpTo};
        ChangeJournal.read(path, change -> {
            buckets.apply(change);
            counts[0]++;
            if (change instanceof Change.Told told) {
                counts[1] = Math.max(counts[1], told.number());
                if (told.bucket().equals(bucket) && told.number() > toldUpTo) {
                    owed.add(told);
                }
            }
        });
        List<Change> shortest = buckets.lines(owed);
        if (counts[0] > 2L * shortest.size() + SPARE_LINES) {
            ChangeJournal.replace(path, shortest);
        }
        Set<Long> named = namedFiles(buckets);
        ObjectFiles files = new ObjectFiles(folder.resolve("content"), named::contains);
        owed.forEach(untold);
        ChangeJournal journal = ChangeJournal.open(path, counts[1], change -> {
            if (change instanceof Change.Told told && told.bucket().equals(bucket)) {
                untold.accept(told);
            }
        });
        return new ObjectStore(buckets, files, journal);
    }

    private static Set<Long> namedFiles(Buckets buckets) {
        Set<Long> named = new HashSet<>();
        buckets.all().forEach(bucket -> bucket.objects().values().forEach(object -> named.add(object.file())));
        buckets.uploads().forEach(upload -> upload.parts().values().forEach(part -> named.add(part.file())));
        return named;
    }

    ObjectFiles files() {
        return files;
    }

    Iterable<Bucket> all() {
        return buckets.all();
    }

    Iterable<Upload> uploads() {
        return buckets.uploads();
    }

    Bucket bucket(String name) {
        Bucket bucket = buckets.bucket(name);
        if (bucket == null) {
            throw S3Exceptions.noSuchBucket(name, "no such bucket");
        }
        return bucket;
    }

    @Nullable
    StoredObject find(String bucket, String key) {
        return bucket(bucket).objects().get(key);
    }

    StoredObject get(String bucket, String key) {
        StoredObject object = find(bucket, key);
        if (object == null) {
            throw S3Exceptions.noSuchKey(bucket, key, "no such object");
        }
        return object;
    }

    void create(String bucket, String access) throws IOException {
        bucketLock.writeLock().lock();
        try {
            if (buckets.bucket(bucket) != null) {
                throw S3Exceptions.bucketAlreadyOwnedByYou(bucket);
            }
            apply(number -> new Change.BucketSet(bucket, System.currentTimeMillis(), access));
        } finally {
            bucketLock.writeLock().unlock();
        }
    }

    void share(String bucket, String access) throws IOException {
        bucketLock.writeLock().lock();
        try {
            long created = bucket(bucket).created();
            apply(number -> new Change.BucketSet(bucket, created, access));
        } finally {
            bucketLock.writeLock().unlock();
        }
    }

    void delete(String bucket) throws IOException {
        bucketLock.writeLock().lock();
        try {
            if (!bucket(bucket).objects().isEmpty()) {
                throw S3Exceptions.bucketNotEmpty(bucket);
            }
            List<Upload> gone = new ArrayList<>(buckets.uploads());
            gone.removeIf(upload -> !upload.begun().bucket().equals(bucket));
            apply(number -> new Change.BucketRemoved(bucket));
            gone.forEach(this::deleteParts);
        } finally {
            bucketLock.writeLock().unlock();
        }
    }

    /**
     * Stores content that is written already, under a key, in place of what is there.
     *
     * @param name as MinIO names the change
     * @param upload the upload that ends with it
     */
    StoredObject store(
            String name,
            String bucket,
            String key,
            ObjectFiles.Written content,
            String eTag,
            Attributes attributes,
            Condition condition,
            @Nullable String upload)
            throws IOException {
        bucketLock.readLock().lock();
        try {
            synchronized (keyLock(bucket, key)) {
                @Nullable StoredObject old = find(bucket, key);
                condition.check(old);
                StoredObject object = apply(number -> new Change.ObjectStored(
                                number,
                                name,
                                bucket,
                                new StoredObject(
                                        key,
                                        content.file(),
                                        content.size(),
                                        eTag,
                                        System.currentTimeMillis(),
                                        attributes.headers(),
                                        attributes.metadata(),
                                        attributes.publicRead()),
                                upload))
                        .object();
                if (old != null) {
                    files.delete(old.file());
                }
                return object;
            }
        } catch (RuntimeException refused) {
            files.delete(content.file());
            throw refused;
        } finally {
            bucketLock.readLock().unlock();
        }
    }

    /**
     * Removes the object.
     *
     * @param nameIfMissing how MinIO names the change where there is none: it tells of that as well
     */
    void remove(String bucket, String key, String nameIfMissing, Predicate<StoredObject> condition) throws IOException {
        bucketLock.readLock().lock();
        try {
            synchronized (keyLock(bucket, key)) {
                @Nullable StoredObject old = find(bucket, key);
                if (old != null && !condition.test(old)) {
                    throw S3Exceptions.preconditionFailed(null);
                }
                String name = old == null ? nameIfMissing : DELETE;
                apply(number -> new Change.ObjectRemoved(number, name, bucket, key, System.currentTimeMillis()));
                if (old != null) {
                    files.delete(old.file());
                }
            }
        } finally {
            bucketLock.readLock().unlock();
        }
    }

    void share(String bucket, String key, boolean publicRead) throws IOException {
        bucketLock.readLock().lock();
        try {
            synchronized (keyLock(bucket, key)) {
                var unused = get(bucket, key);
                apply(number -> new Change.ObjectShared(bucket, key, publicRead));
            }
        } finally {
            bucketLock.readLock().unlock();
        }
    }

    /** Returns the upload's id. */
    String begin(String bucket, String key, Attributes attributes) throws IOException {
        bucketLock.readLock().lock();
        try {
            var unused = bucket(bucket);
            return apply(number -> new Change.UploadBegun(
                            UUID.randomUUID().toString(),
                            bucket,
                            key,
                            System.currentTimeMillis(),
                            attributes.headers(),
                            attributes.metadata(),
                            attributes.publicRead()))
                    .upload();
        } finally {
            bucketLock.readLock().unlock();
        }
    }

    Upload upload(String id, String bucket, String key) {
        Upload upload = buckets.upload(id);
        if (upload == null
                || !upload.begun().bucket().equals(bucket)
                || !upload.begun().key().equals(key)) {
            throw new S3ProxyException(
                    S3ErrorCode.NO_SUCH_UPLOAD,
                    "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have"
                            + " been aborted or completed.");
        }
        return upload;
    }

    StoredPart storePart(String id, String bucket, String key, int number, InputStream content, PartCheck check)
            throws IOException {
        var unused = upload(id, bucket, key);
        ObjectFiles.Written written = files.write(content);
        try {
            check.check(written);
            synchronized (uploadLock(id)) {
                @Nullable StoredPart old = upload(id, bucket, key).parts().get(number);
                StoredPart part = new StoredPart(
                        number, written.file(), written.size(), written.md5(), System.currentTimeMillis());
                apply(line -> new Change.PartStored(id, part));
                if (old != null) {
                    files.delete(old.file());
                }
                return part;
            }
        } catch (RuntimeException refused) {
            files.delete(written.file());
            throw refused;
        }
    }

    /** Refuses content that is not what the client announced. */
    interface PartCheck {
        void check(ObjectFiles.Written written);
    }

    StoredObject complete(String id, String bucket, String key, List<Integer> numbers, Condition condition)
            throws IOException {
        synchronized (uploadLock(id)) {
            Upload upload = upload(id, bucket, key);
            List<Long> contents = new ArrayList<>();
            var md5 = ObjectFiles.md5();
            long size = 0;
            for (int number : numbers) {
                StoredPart part = upload.parts().get(number);
                if (part == null) {
                    throw new S3ProxyException(S3ErrorCode.INVALID_PART);
                }
                contents.add(part.file());
                size += part.size();
                md5.update(HexFormat.of().parseHex(part.eTag()));
            }
            String eTag = HexFormat.of().formatHex(md5.digest()) + "-" + numbers.size();
            var begun = upload.begun();
            StoredObject object = store(
                    "s3:ObjectCreated:CompleteMultipartUpload",
                    bucket,
                    key,
                    new ObjectFiles.Written(files.concatenate(contents), size, ""),
                    eTag,
                    new Attributes(begun.headers(), begun.metadata(), begun.publicRead()),
                    condition,
                    id);
            deleteParts(upload);
            return object;
        }
    }

    void abort(String id, String bucket, String key) throws IOException {
        synchronized (uploadLock(id)) {
            Upload upload = upload(id, bucket, key);
            apply(number -> new Change.UploadAborted(id));
            deleteParts(upload);
        }
    }

    private void deleteParts(Upload upload) {
        upload.parts().values().forEach(part -> files.delete(part.file()));
    }

    private Object keyLock(String bucket, String key) {
        return keyLocks[Math.floorMod(31 * bucket.hashCode() + key.hashCode(), LOCKS)];
    }

    private Object uploadLock(String id) {
        return uploadLocks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    private <T extends Change> T apply(LongFunction<T> change) throws IOException {
        T made = journal.append(change);
        buckets.apply(made);
        return made;
    }

    /** Returns once every change handed out so far is on the disk. */
    void sync() throws IOException {
        journal.sync();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
