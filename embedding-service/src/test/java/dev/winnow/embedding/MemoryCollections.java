package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Points and parts of models in memory; of decisions it knows nothing. */
class MemoryCollections implements ModelCollections {

    final Map<String, EmbedImagesTest.Points> points = new ConcurrentHashMap<>();
    volatile Roles roles = new Roles(Optional.empty(), Optional.empty(), List.of());
    volatile boolean down;

    @Override
    public Roles roles() {
        if (down) {
            throw new DependencyUnavailableException("index", null);
        }
        return roles;
    }

    /** The points of a model, and of its boxes. */
    EmbedImagesTest.Points of(String model) {
        return points.computeIfAbsent(
                model, id -> new EmbedImagesTest.Points(new EmbedImagesTest.Objects(), points.values()));
    }

    @Override
    public PointStore images(ModelManifest model) {
        return of(model.id());
    }

    @Override
    public ObjectPointStore objects(ModelManifest model) {
        return of(model.id()).objects;
    }

    @Override
    public void begin(ModelManifest model) {
        roles = new Roles(Optional.of(model.id()), roles.next(), roles.previous());
    }

    @Override
    public void fill(ModelManifest next) {
        roles = new Roles(roles.active(), Optional.of(next.id()), roles.previous());
    }

    @Override
    public void giveUp() {
        roles = new Roles(roles.active(), Optional.empty(), roles.previous());
    }

    @Override
    public void activate() {
        List<String> previous = new ArrayList<>(roles.previous());
        roles.active().ifPresent(previous::addFirst);
        previous.remove(roles.next().orElseThrow());
        roles = new Roles(roles.next(), Optional.empty(), previous);
    }

    @Override
    public void finish() {
        giveUp();
    }

    @Override
    public Comparison compare(int sample, long seed) {
        Map<ImageId, PointStore.KnownImage> active = of(roles.active().orElseThrow()).known;
        Map<ImageId, PointStore.KnownImage> next = of(roles.next().orElseThrow()).known;
        long missing = active.entrySet().stream()
                .filter(image -> !image.getValue().equals(next.get(image.getKey())))
                .count();
        return new Comparison(active.size(), next.size(), missing, null);
    }
}
