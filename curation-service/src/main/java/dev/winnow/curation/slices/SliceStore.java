package dev.winnow.curation.slices;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.NotFoundException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where slices live. Every method throws {@link dev.winnow.curation.DependencyUnavailableException} while the store does
 * not answer.
 */
public interface SliceStore {

    /** The versions there are, ascending; none if there is no such slice. */
    List<Integer> versions(SliceName slice);

    /** The last version that the slice had when it was deleted; 0 if it never was. */
    int retired(SliceName slice);

    /**
     * The latest versions of a dataset's slices, in the order of their keys.
     *
     * @param after the name behind which to begin; null for the first ones
     */
    List<SliceVersion> latest(String dataset, @Nullable String after, int limit);

    /** A version, without reading its images. */
    Optional<Slice> find(SliceVersion version);

    /**
     * The images of a version, ascending by id, in constant memory.
     *
     * @param from the least id that is wanted; null for all
     * @throws NotFoundException if there is no such version
     */
    CloseableIterator<SlicedImage> open(SliceVersion version, @Nullable ImageId from);

    /**
     * A version as a Parquet file; the caller closes the stream.
     *
     * @throws NotFoundException if there is no such version
     */
    InputStream file(SliceVersion version);

    /** Begins a version. */
    Draft draft(SliceNote note);

    /**
     * Deletes all versions of a slice. That they were there is remembered first, so that no later version takes the number of
     * one of them.
     *
     * @param last the last version there is
     */
    void delete(SliceName slice, int last);

    /** A version that nobody sees yet; closing it leaves nothing of it. */
    interface Draft extends AutoCloseable {

        /** Adds an image; the next one's id is higher. */
        void add(SlicedImage image);

        /** Completes the draft; returns how many images it has. */
        long complete();

        /** The images of the completed draft. */
        CloseableIterator<SlicedImage> images();

        /**
         * Makes the completed draft a version, whole or not at all.
         *
         * @return false, and nothing was written, if there is such a version
         */
        boolean save(SliceVersion version);

        @Override
        void close();
    }
}
