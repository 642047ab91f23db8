package dev.winnow.curation.slices;

import static dev.winnow.curation.slices.BucketImages.Outcome.DONE;
import static dev.winnow.curation.slices.BucketImages.Outcome.GONE;

import dev.winnow.contract.ImageEvent.ImageRemoved;
import dev.winnow.curation.ImageEvents;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.slices.SliceWalk.Step;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Deleting the files of a slice's images from the bucket: the only way in which this service deletes any. It takes two calls.
 * The first tells how many images it is about, and gives a token for that version of that slice; the second says the token.
 * A file that is not the one the slice was made of stays.
 */
@ApplicationScoped
public class SliceDeletion {

    static final Duration HOLDS = Duration.ofMinutes(15);

    private static final int TOKEN_BYTES = 24;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{32}");

    private final SecureRandom random = new SecureRandom();
    private final Slices slices;
    private final DeletionStore store;
    private final BucketImages files;
    private final ImageEvents events;

    public SliceDeletion(Slices slices, DeletionStore store, BucketImages files, ImageEvents events) {
        this.slices = slices;
        this.store = store;
        this.files = files;
        this.events = events;
    }

    /** Asks for the deletion of a version's files. Nothing is deleted. */
    public Deletion.Order ask(Slice slice, String by) {
        SliceNote.checkBy(by);
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        SliceVersion version = slice.version();
        Deletion.Order order = new Deletion.Order(
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                version.dataset(),
                version.name(),
                version.version(),
                slice.images(),
                slice.note().createdAt(),
                by,
                now,
                now.plus(HOLDS));
        store.add(new Deletion.Asked(order));
        return order;
    }

    /**
     * Confirms a deletion. To confirm it again while it is not done changes nothing, so that the call may be repeated.
     *
     * @throws InvalidParameterException if the token is not one of that slice, or one of another version
     * @throws DeletionRefusedException if it was used, holds no more, or is for other images
     */
    public void confirm(Slice slice, String token, String by) {
        SliceNote.checkBy(by);
        while (true) {
            DeletionStore.Stored stored = find(slice.version().slice(), token);
            Deletion.Order order = stored.deletion().order();
            if (order.version() != slice.version().version()) {
                throw new InvalidParameterException(
                        "version", "expected " + order.version() + ", the version that the token is for");
            }
            if (stored.deletion() instanceof Deletion.Done) {
                throw new DeletionRefusedException("the token has been used: what it was for is done");
            }
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            if (stored.deletion() instanceof Deletion.Asked && now.isAfter(order.expiresAt())) {
                throw new DeletionRefusedException(
                        "the token held until " + order.expiresAt() + ": ask for another one");
            }
            checkUnchanged(order, slice);
            if (!(stored.deletion() instanceof Deletion.Asked asked)
                    || store.replace(asked.confirm(by, now), stored.version())) {
                return;
            }
        }
    }

    private static void checkUnchanged(Deletion.Order order, Slice slice) {
        if (!order.isOf(slice)) {
            throw new DeletionRefusedException(
                    "the slice was deleted and made again since the token was given: ask for another one");
        }
    }

    private DeletionStore.Stored find(SliceName slice, String token) {
        return Optional.of(token)
                .filter(text -> TOKEN.matcher(text).matches())
                .flatMap(text -> store.find(slice, text))
                .orElseThrow(() -> new InvalidParameterException(
                        "confirm", "expected a token that the deletion of this slice was answered with"));
    }

    /**
     * Deletes what was confirmed. May be done again after it was interrupted; once it is done, it only tells what came of it.
     *
     * @throws InvalidParameterException if nothing was confirmed with that token
     */
    public Deletion.Deleted run(Slice slice, String token, Progress progress) {
        DeletionStore.Stored stored = find(slice.version().slice(), token);
        return switch (stored.deletion()) {
            case Deletion.Asked asked ->
                throw new InvalidParameterException("confirm", "expected a token that was confirmed");
            case Deletion.Done done -> done.deleted();
            case Deletion.Confirmed confirmed -> {
                if (confirmed.order().version() != slice.version().version()) {
                    throw new InvalidParameterException("version", "expected the version that the token is for");
                }
                checkUnchanged(confirmed.order(), slice);
                Deletion.Deleted deleted = delete(slice, confirmed, progress);
                // Nobody else changes a deletion that is confirmed; only a second run of this one may have been faster.
                store.replace(confirmed.done(deleted, Instant.now()), stored.version());
                yield deleted;
            }
        };
    }

    private Deletion.Deleted delete(Slice slice, Deletion.Confirmed confirmed, Progress progress) {
        SliceWalk walk = new SliceWalk();
        try (CloseableIterator<SlicedImage> images = slices.images(slice.version())) {
            walk.over(slice, images, "deleting", image -> delete(slice.version(), image), events, progress);
        }
        return new Deletion.Deleted(
                slice.version().name(),
                slice.version().version(),
                slice.images(),
                walk.count(DONE),
                walk.count(GONE),
                walk.problemCount(),
                walk.problems(),
                confirmed.order().askedBy(),
                confirmed.order().askedAt(),
                confirmed.confirmedBy(),
                confirmed.confirmedAt());
    }

    private Step delete(SliceVersion version, SlicedImage image) {
        BucketImages.Answer answer = files.delete(image.key(version.dataset()), image.etag());
        // An event also of what was gone: whoever deleted it may have died before saying so.
        return answer.outcome() == DONE || answer.outcome() == GONE
                ? new Step(
                        answer.outcome(),
                        Optional.empty(),
                        Optional.of(new ImageRemoved(image.key(version.dataset()), Instant.now())))
                : new Step(answer.outcome(), Optional.of(SliceProblem.of(image, answer)), Optional.empty());
    }
}
