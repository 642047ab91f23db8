package dev.winnow.localstack.s3;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** One page of a bucket's keys in their order, those below a delimiter as one. */
final class ObjectListing {

    private static final int LARGEST_PAGE = 1000;
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    private final NavigableMap<String, StoredObject> objects;
    private final String prefix;
    private final String delimiter;
    private final @Nullable String after;
    private final int size;

    ObjectListing(NavigableMap<String, StoredObject> objects, ListObjectsV2Request request) {
        this.objects = objects;
        this.prefix = orEmpty(request.prefix());
        this.delimiter = orEmpty(request.delimiter());
        this.after = request.continuationToken() == null ? request.startAfter() : nameOf(request.continuationToken());
        this.size = request.maxKeys() == null ? LARGEST_PAGE : Math.min(request.maxKeys(), LARGEST_PAGE);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    ListObjectsV2Response page() {
        List<S3Object> contents = new ArrayList<>();
        List<CommonPrefix> groups = new ArrayList<>();
        String last = "";
        @Nullable String key = first();
        while (key != null && key.startsWith(prefix)) {
            @Nullable String group = group(key);
            if (group != null && isPast(group)) {
                key = afterGroup(group);
                continue;
            }
            if (contents.size() + groups.size() == size) {
                return SdkResponses.objectsPage(contents, groups, size == 0 ? null : tokenOf(last));
            }
            if (group == null) {
                @Nullable StoredObject object = objects.get(key);
                if (object != null) {
                    contents.add(entry(object));
                }
                last = key;
                key = objects.higherKey(key);
            } else {
                groups.add(SdkResponses.commonPrefix(group));
                last = group;
                key = afterGroup(group);
            }
        }
        return SdkResponses.objectsPage(contents, groups, null);
    }

    private @Nullable String first() {
        if (after == null || Buckets.KEY_ORDER.compare(after, prefix) < 0) {
            return objects.ceilingKey(prefix);
        }
        return objects.higherKey(after);
    }

    /** What the key is listed as where the delimiter comes in it, from the prefix on. */
    private @Nullable String group(String key) {
        int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        return end < 0 ? null : key.substring(0, end + delimiter.length());
    }

    /** Whether the group was on an earlier page: the listing goes on after it or after one of its keys' group. */
    private boolean isPast(String group) {
        return after != null && after.equals(group);
    }

    private @Nullable String afterGroup(String group) {
        @Nullable String key = objects.higherKey(group + LAST_CHARACTER);
        // Keys with that very character follow the group's name and are still below it.
        while (key != null && key.startsWith(group)) {
            key = objects.higherKey(key);
        }
        return key;
    }

    private static S3Object entry(StoredObject object) {
        return SdkResponses.objectEntry(
                object.key(),
                '"' + object.eTag() + '"',
                Instant.ofEpochMilli(object.modified()),
                object.size(),
                StorageClass.STANDARD);
    }

    private static String tokenOf(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String nameOf(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw S3Exceptions.invalidArgument("The continuation token provided is incorrect");
        }
    }
}
