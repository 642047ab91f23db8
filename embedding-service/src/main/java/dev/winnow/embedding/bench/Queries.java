package dev.winnow.embedding.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Single images to their vectors over HTTP, one after another, of all rounds. */
final class Queries {

    private static final int IDLE = 50;

    private final ServiceApi api;
    private final byte[] image;
    private final List<Double> idle = new ArrayList<>();
    private final List<Double> busy = new ArrayList<>();

    Queries(ServiceApi api, byte[] image) {
        this.api = api;
        this.image = image;
    }

    /** While nothing else is done. */
    void whileIdle() throws IOException, InterruptedException {
        for (int i = 0; i < IDLE; i++) {
            idle.add(api.embed(image));
        }
    }

    /** While the worker has something to do; a query that outlasts that does not count. */
    void whileBusy(BooleanSupplier done) throws IOException, InterruptedException {
        while (!done.getAsBoolean()) {
            double milliseconds = api.embed(image);
            if (!done.getAsBoolean()) {
                busy.add(milliseconds);
            }
        }
    }

    /** Milliseconds. */
    List<Double> idle() {
        return List.copyOf(idle);
    }

    /** Milliseconds; may be none, where the worker was done too soon. */
    List<Double> busy() {
        return List.copyOf(busy);
    }
}
