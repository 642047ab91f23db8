package dev.winnow.embedding.bench;

import dev.winnow.embedding.bench.WorkerProcess.Stage;
import java.util.Map;

/**
 * What one round gave; rates are images a second.
 *
 * @param forward of the network alone
 * @param preparation of decoding, measuring and preprocessing alone
 * @param worker from the first event until the last outcome
 * @param upload from the first upload until all are searchable
 * @param one milliseconds of a forward pass of one picture
 * @param split milliseconds of the parts of the preparation
 * @param stages of the worker in its pass, by name
 * @param python rates of pipelines in Python, by name; empty where none is asked for
 */
record Round(
        double forward,
        double preparation,
        double worker,
        double upload,
        double one,
        Preparation.Split split,
        Map<String, Stage> stages,
        Map<String, Double> python) {

    /** What decoding and forward pass, each on all cores in turn, would give. */
    double ideal() {
        return 1 / (1 / preparation + 1 / forward);
    }
}
