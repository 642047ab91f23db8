package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.Adapter;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.adapter.AdapterTraining;
import dev.winnow.curation.adapter.AdapterTraining.Settings;
import dev.winnow.curation.adapter.AdapterTraining.Trained;
import dev.winnow.curation.adapter.TrainedAdapter;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A projection of the active model's vectors, learnt from the labels; a change of model leads to it.
 *
 * @param name of the model that it makes, default the dataset's
 * @param dimension of its vectors, default 128 or that of the vectors, if that is less
 * @param heldOut the share of the labelled images that is only measured on, default 0.2
 * @param shrinkage of the spread within classes towards a sphere, default 0.7
 * @param strength that holds the second stage; default the best of a few
 * @param ratio of near duplicates, which stay together, as in {@code deduplicate}
 * @param seed of what is drawn
 */
@JsonTypeName("adapter")
public record AdapterTask(
        @Nullable String name,
        @Nullable Integer dimension,
        @Nullable Double heldOut,
        @Nullable Double shrinkage,
        @Nullable Double strength,
        @Nullable Double ratio,
        @Nullable Long seed)
        implements CurationTask {

    public AdapterTask {
        if (name != null && !Adapter.isName(name)) {
            throw new InvalidParameterException(
                    "name", "expected 1 to 63 characters of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        }
        if (dimension != null) {
            InvalidParameterException.checkRange("dimension", dimension, 2, 65_536);
        }
        if (heldOut != null) {
            InvalidParameterException.checkRange("held_out", heldOut, 0.01, 0.9);
        }
        if (shrinkage != null) {
            InvalidParameterException.checkRange("shrinkage", shrinkage, 0.001, 1);
        }
        if (strength != null) {
            InvalidParameterException.checkRange("strength", strength, 0, 1e6);
        }
        if (ratio != null) {
            InvalidParameterException.checkRange("ratio", ratio, 0, 2);
        }
    }

    /**
     * @param adapter the id of the model that it makes
     * @param base the model whose vectors it takes
     * @param sha256 of its graph
     * @param labelled how many images have a label
     * @param trained how many of them were trained on
     * @param heldOut how many were only measured on
     * @param strength that the second stage was held with; null where it was left out
     * @param tried what it was chosen from
     * @param accuracy of the nearest neighbours on held-out images, before and after
     * @param gain of all these, image by image; {@code gainLow} to {@code gainHigh} with a confidence of 95 %
     * @param recommended whether {@code gainLow} is above 0
     * @param classes accuracy of the 5 nearest of those trained on, the one that lost most first
     * @param made what is stored of it
     */
    public record AdapterReport(
            String adapter,
            String base,
            int baseDimension,
            int dimension,
            String sha256,
            int labelled,
            int trained,
            int heldOut,
            double shrinkage,
            @Nullable Double strength,
            List<AdapterTraining.Tried> tried,
            List<AdapterTraining.Accuracy> accuracy,
            double gain,
            double gainLow,
            double gainHigh,
            boolean recommended,
            List<AdapterTraining.OfClass> classes,
            @JsonIgnore TrainedAdapter made)
            implements Report {}

    @Override
    public void check(long images) {}

    @Override
    public AdapterReport run(Work work) {
        Snapshot snapshot = work.snapshot();
        Settings settings = settings(snapshot.vectors().dimension());
        LabelledRows labelled = LabelledRows.of(snapshot.images());
        // Before the duplicates are looked for, which takes longest.
        LinearProbe.checkClasses(labelled);
        double near = ratio == null ? Deduplication.DEFAULT_RATIO : ratio;
        List<int[]> groups = Probing.leaks(work.part(0, 0.2), near, seedOrDefault(), List.of())
                .groups(work.part(0.2, 0.3).progress());
        Trained trained = new AdapterTraining(work.neighbours())
                .train(
                        snapshot.vectors(),
                        labelled,
                        groups,
                        settings,
                        work.part(0.3, 1).progress());
        return report(labelled.size(), settings, trained, snapshot);
    }

    private Settings settings(int vectors) {
        int wanted = dimension == null ? Math.min(vectors, AdapterTraining.DEFAULT_DIMENSION) : dimension;
        if (wanted > vectors) {
            throw new InvalidParameterException(
                    "dimension", "expected at most that of the vectors, " + vectors + ", got " + wanted);
        }
        return new Settings(
                wanted,
                heldOut == null ? AdapterTraining.DEFAULT_HELD_OUT : heldOut,
                shrinkage == null ? AdapterTraining.DEFAULT_SHRINKAGE : shrinkage,
                strength,
                seedOrDefault());
    }

    private AdapterReport report(int labelled, Settings settings, Trained trained, Snapshot snapshot) {
        TrainedAdapter made =
                TrainedAdapter.of(name == null ? snapshot.dataset() : name, snapshot.model(), trained.projection());
        return new AdapterReport(
                made.name() + "-" + made.sha256().substring(0, 8),
                made.base(),
                made.baseDimension(),
                made.dimension(),
                made.sha256(),
                labelled,
                trained.trained(),
                trained.heldOut(),
                settings.shrinkage(),
                trained.strength(),
                trained.tried(),
                trained.accuracy(),
                trained.gain(),
                trained.gainLow(),
                trained.gainHigh(),
                trained.recommended(),
                trained.classes(),
                made);
    }
}
