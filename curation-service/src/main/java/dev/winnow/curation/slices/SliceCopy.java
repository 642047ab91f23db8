package dev.winnow.curation.slices;

import static dev.winnow.curation.slices.BucketImages.Outcome.ALREADY_THERE;
import static dev.winnow.curation.slices.BucketImages.Outcome.DONE;
import static dev.winnow.curation.slices.BucketImages.Outcome.REFUSED;

import dev.winnow.contract.ImageEvent;
import dev.winnow.contract.ImageEvent.ImageStored;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.ImageEvents;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.slices.SliceWalk.Step;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a slice, copied into a folder by the store itself: no byte passes through this service. Nothing is overwritten,
 * and what is there already is passed over, so that a copy can be begun again at any time.
 */
@ApplicationScoped
public class SliceCopy {

    private final Slices slices;
    private final BucketImages files;
    private final ImageEvents events;

    public SliceCopy(Slices slices, BucketImages files, ImageEvents events) {
        this.slices = slices;
        this.files = files;
        this.events = events;
    }

    /**
     * @param images how many the slice has
     * @param alreadyThere copies that were there before, with the same bytes
     * @param problems images that were not copied, the first thousand
     */
    public record Copied(
            String slice,
            int version,
            @Nullable String bucket,
            String prefix,
            long images,
            long copied,
            long alreadyThere,
            long problemCount,
            List<SliceProblem> problems) {}

    /** @throws InvalidParameterException if there cannot be copies in that place */
    public Copied copy(Slice slice, Destination to, Progress progress) {
        boolean ours = files.isOurs(to.bucket());
        String bucket = to.bucket();
        if (ours) {
            to.checkOurs(slice.version().dataset());
        } else if (bucket != null && !files.exists(bucket)) {
            throw new InvalidParameterException("to.bucket", "expected a bucket that exists, got " + bucket);
        }
        SliceWalk walk = new SliceWalk();
        try (CloseableIterator<SlicedImage> images = slices.images(slice.version())) {
            walk.over(slice, images, "copying", image -> copy(slice.version(), image, to, ours), events, progress);
        }
        return new Copied(
                slice.version().name(),
                slice.version().version(),
                bucket,
                to.prefix(),
                slice.images(),
                walk.count(DONE),
                walk.count(ALREADY_THERE),
                walk.problemCount(),
                walk.problems());
    }

    private Step copy(SliceVersion version, SlicedImage image, Destination to, boolean ours) {
        String key = to.prefix() + "/" + image.path();
        ImageEvent stored = null;
        try {
            if (ours) {
                stored = new ImageStored(ObjectKey.parse(key), image.etag(), image.bytes(), Instant.now());
            } else {
                var unused = new ObjectKey("any", key);
            }
        } catch (InvalidNameException e) {
            return new Step(REFUSED, Optional.of(SliceProblem.of(image, "name", e.expected())), Optional.empty());
        }
        BucketImages.Answer answer = files.copy(image.key(version.dataset()), image.etag(), to.bucket(), key);
        boolean there = answer.outcome() == DONE || answer.outcome() == ALREADY_THERE;
        // Also of those that were there: whoever copied them may have died before saying so.
        return new Step(
                answer.outcome(),
                there ? Optional.empty() : Optional.of(SliceProblem.of(image, answer)),
                there ? Optional.ofNullable(stored) : Optional.empty());
    }
}
