package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Drives a change of model of a running suite: begins it, has everything embedded with the next model too, compares and
 * activates. Each step asks what there is to do, so a run that was interrupted is gone on with by the next.
 */
final class ChangeModel {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Polls without any change, and nothing on its way: nothing more will come of this round. */
    private static final int QUIET_POLLS = 6;

    private static final int SAMPLE = 200;

    private final RunningSuite suite;
    private final PrintWriter out;
    private final Progress progress;

    ChangeModel(RunningSuite suite, PrintWriter out, Progress progress) {
        this.suite = suite;
        this.out = out;
        this.progress = progress;
    }

    /**
     * Changes to a model, or finishes a change to it.
     *
     * @param id the model's name and version
     * @param activate whether to make it the active one when it is complete
     * @param force whether to do that even if it does not become complete
     * @return whether it is the active one now
     * @throws Failure if it cannot be used, another change is under way, or images are missing
     */
    boolean run(String name, String id, boolean activate, boolean force)
            throws Failure, IOException, InterruptedException {
        String active = models().path("active").path("id").asText();
        if (active.equals(id)) {
            long published = suite.reconcile();
            out.println(id + " is the active model"
                    + (published == 0 ? "." : "; " + published + " images are embedded with it now."));
            return true;
        }
        suite.embedding("PUT", "/v1/models/next", Map.of("name", name)).orFail();
        out.println("Changing from " + active + " to " + id + "; until it is complete " + active + " answers.");
        fill(force);
        JsonNode compared = change(SAMPLE);
        out.println(comparison(compared));
        if (!activate) {
            out.println("Not activated; arrivals go to both. ./winnow models use " + name + " activates it.");
            return false;
        }
        activate(force);
        out.println("Active: " + id
                + ". Labels, tags and splits stayed. Run jobs again: clusters and duplicates are of one model.");
        return true;
    }

    /** Goes back to the model before, and has embedded what it lacks; gives its name. */
    String rollBack() throws Failure, IOException, InterruptedException {
        suite.embedding("POST", "/v1/models/rollback", null).orFail();
        JsonNode active = models().path("active");
        long published = suite.reconcile();
        out.println("Active again: " + active.path("id").asText() + "; " + published
                + " images that it lacks are embedded now.");
        return active.path("name").asText();
    }

    private JsonNode models() throws Failure, IOException, InterruptedException {
        return suite.embedding("GET", "/v1/models", null).orFail();
    }

    private JsonNode change(int sample) throws Failure, IOException, InterruptedException {
        JsonNode change = suite.embedding("GET", "/v1/models/change?sample=" + sample, null)
                .orFail();
        if (change.path("problem").isTextual()) {
            throw new Failure(change.path("problem").asText());
        }
        return change;
    }

    /** Reconciles and waits, as often as that helps. */
    private void fill(boolean force) throws Failure, IOException, InterruptedException {
        Rate rate = new Rate();
        long before = Long.MAX_VALUE;
        while (true) {
            suite.reconcile();
            long missing = await(rate);
            if (missing == 0) {
                return;
            }
            if (missing >= before) {
                progress.clear();
                if (force) {
                    return;
                }
                throw new Failure(
                        missing + " images do not get a vector of the next model (see the log of the embedding"
                                + " service); --force does without them");
            }
            before = missing;
        }
    }

    /** Waits until nothing is missing, or nothing happens any more; gives what is missing. */
    private long await(Rate rate) throws Failure, IOException, InterruptedException {
        long last = -1;
        int quiet = 0;
        while (true) {
            JsonNode change = change(0);
            long missing = change.path("missing").asLong();
            show(change, rate);
            quiet = missing == last && suite.pending() == 0 ? quiet + 1 : 0;
            if (missing == 0 || quiet == QUIET_POLLS) {
                return missing;
            }
            last = missing;
            Thread.sleep(POLL);
        }
    }

    private void activate(boolean force) throws Failure, IOException, InterruptedException {
        while (true) {
            RunningSuite.Answer answer = suite.embedding("POST", "/v1/models/change/activate", Map.of("force", force));
            // Images that arrived just now may be in one of the two only; and a repeated request finds it done.
            boolean done = answer.status() < 300
                    || suite.embedding("GET", "/v1/models/change?sample=0", null)
                            .orFail()
                            .path("next")
                            .isNull();
            if (done) {
                return;
            }
            if (answer.body().path("missing").asLong() == 0) {
                throw new Failure(answer.detail());
            }
            fill(force);
        }
    }

    private void show(JsonNode change, Rate rate) {
        long images = change.path("active_images").asLong();
        long missing = change.path("missing").asLong();
        double perSecond = rate.at(images - missing);
        progress.show(
                out,
                change.path("completeness").asDouble(),
                String.format(
                        Locale.ROOT,
                        "%d of %d images  %.1f images/s%s",
                        images - missing,
                        images,
                        perSecond,
                        perSecond > 0 && missing > 0
                                ? "  " + Progress.clock((long) (missing / perSecond)) + " left"
                                : ""));
    }

    private static String comparison(JsonNode change) {
        JsonNode overlap = change.path("overlap");
        String figures = String.format(
                Locale.ROOT,
                "Completeness %.4f: %d of %d images missing.",
                change.path("completeness").asDouble(),
                change.path("missing").asLong(),
                change.path("active_images").asLong());
        return overlap.isObject()
                ? figures
                        + String.format(
                                Locale.ROOT,
                                " Overlap of the %d nearest: %.3f (sample of %d images, seed %d).",
                                overlap.path("k").asInt(),
                                overlap.path("share").asDouble(),
                                overlap.path("sample").asInt(),
                                overlap.path("seed").asLong())
                : figures;
    }

    /** Images a second since the first look. */
    private static final class Rate {
        private final long begun = System.nanoTime();
        private long first = -1;

        double at(long done) {
            if (first < 0) {
                first = done;
            }
            return (done - first) / Math.max(0.001, (System.nanoTime() - begun) / 1e9);
        }
    }
}
