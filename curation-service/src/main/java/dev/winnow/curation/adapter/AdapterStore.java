package dev.winnow.curation.adapter;

/** Where adapters are kept. Throws {@link dev.winnow.curation.DependencyUnavailableException} while it does not answer. */
public interface AdapterStore {

    /**
     * Writes an adapter, its description last; the same one again changes nothing.
     *
     * @param training parameters, seed, watermark and report, kept as JSON
     */
    void save(TrainedAdapter adapter, String dataset, Object training);
}
