package dev.winnow.curation.clusters;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster each image of a fit is in. Packed, an image takes {@value #BYTES} bytes, big-endian: its id, a hash of its
 * entity tag, the cluster's id, the similarity to its centre. The hash tells a new picture under the same path from the one that was
 * clustered; one in four billion is taken for the old one.
 */
public final class ClusterMembers {

    private static final int BYTES = 28;

    private final ByteBuffer packed;
    private final Map<ImageId, Integer> rows;

    private ClusterMembers(byte[] packed) {
        this.packed = ByteBuffer.wrap(packed);
        int size = packed.length / BYTES;
        this.rows = HashMap.newHashMap(size);
        for (int row = 0; row < size; row++) {
            rows.put(id(row), row);
        }
    }

    public static ClusterMembers of(ClusterFit fit) {
        return new ClusterMembers(fit.members());
    }

    /**
     * Packs the members of a fit.
     *
     * @param ids the id of each image's cluster, or {@link Clustering#NOISE}
     */
    public static byte[] pack(List<DatasetImage> images, int[] ids, float[] similarity) {
        ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(BYTES, images.size()));
        for (int row = 0; row < ids.length; row++) {
            DatasetImage image = images.get(row);
            packed.putLong(image.id().value().getMostSignificantBits())
                    .putLong(image.id().value().getLeastSignificantBits())
                    .putInt(image.etag().hashCode())
                    .putInt(ids[row])
                    .putFloat(similarity[row]);
        }
        return packed.array();
    }

    /** The cluster's id of an image that was clustered; null where there was none. */
    public @Nullable Integer cluster(ImageId image) {
        Integer row = rows.get(image);
        return row == null ? null : cluster(row);
    }

    /** Whether an image was clustered as it is now, with the same file. */
    boolean holds(DatasetImage image) {
        Integer row = rows.get(image.id());
        return row != null && packed.getInt(row * BYTES + 16) == image.etag().hashCode();
    }

    /** The rows of a cluster, the most similar to its centre first. */
    int[] rows(int cluster) {
        return IntStream.range(0, rows.size())
                .filter(row -> cluster(row) == cluster)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -similarity(row))
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    ImageId id(int row) {
        return new ImageId(new UUID(packed.getLong(row * BYTES), packed.getLong(row * BYTES + 8)));
    }

    float similarity(int row) {
        return packed.getFloat(row * BYTES + 24);
    }

    private int cluster(int row) {
        return packed.getInt(row * BYTES + 20);
    }
}
