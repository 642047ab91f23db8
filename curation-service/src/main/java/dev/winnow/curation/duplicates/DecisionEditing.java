package dev.winnow.curation.duplicates;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Recording and withdrawing decisions. Who comes second repeats the edit on what the first one wrote: none is lost. */
@ApplicationScoped
public class DecisionEditing {

    private final Datasets datasets;
    private final VectorIndex index;
    private final DecisionStore store;

    DecisionEditing(Datasets datasets, VectorIndex index, DecisionStore store) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
    }

    /** @throws NotFoundException if there is no such dataset */
    public Decisions list(String dataset) {
        datasets.get(dataset);
        return store.find(dataset).decisions();
    }

    /**
     * Records decisions, all or none; each replaces an earlier one on the same pair.
     *
     * @throws NotFoundException if one of the images is none of the dataset
     * @throws ContradictionException if two images would be different, and the same through others
     * @throws InvalidParameterException if the dataset has too many decisions
     */
    public void record(String dataset, Collection<Decision> decisions) {
        datasets.get(dataset);
        Set<ImageId> images = new HashSet<>();
        decisions.forEach(decision -> {
            images.add(decision.image());
            images.add(decision.other());
        });
        Set<ImageId> existing = new HashSet<>(index.existing(dataset, images));
        for (ImageId image : images) {
            if (!existing.contains(image)) {
                throw new NotFoundException("image", image);
            }
        }
        edit(dataset, before -> before.with(decisions));
    }

    /** @throws NotFoundException if nothing was decided on the pair */
    public void withdraw(String dataset, ImageId image, ImageId other) {
        datasets.get(dataset);
        edit(dataset, before -> {
            Decisions after = before.without(image, other);
            if (after.decisions().size() == before.decisions().size()) {
                throw new NotFoundException("decision", image + " / " + other);
            }
            return after;
        });
    }

    private void edit(String dataset, UnaryOperator<Decisions> change) {
        while (true) {
            DecisionStore.Stored stored = store.find(dataset);
            Decisions edited = change.apply(stored.decisions());
            if (edited.decisions().size() > Decisions.MAX) {
                throw new InvalidParameterException("decisions", "expected at most " + Decisions.MAX + " on a dataset");
            }
            // Whenever this fails somebody else's edit has succeeded, so all of them come to an end.
            if (edited.equals(stored.decisions()) || store.replace(dataset, edited, stored.version())) {
                return;
            }
        }
    }
}
