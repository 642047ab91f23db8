package dev.winnow.embedding.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** A network, loaded: once on a CPU, once or several times on each of some cards. Any number of threads may run it. */
final class Sessions implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Sessions.class);

    private final List<OrtSession> sessions;
    private final ExecutionProvider provider;
    private final Optional<String> fallback;
    private final AtomicInteger turn = new AtomicInteger();

    private Sessions(List<OrtSession> sessions, ExecutionProvider provider, Optional<String> fallback) {
        this.sessions = sessions;
        this.provider = provider;
        this.fallback = fallback;
    }

    /**
     * Loads a network.
     *
     * @param threads of a forward pass on the CPU
     * @throws OrtException if the file is no network, or CUDA is wanted and not there; {@link ExecutionProvider#AUTO} falls
     *     back to the CPU instead
     */
    static Sessions open(Path file, InferenceOptions options, int threads) throws OrtException {
        if (options.provider() == ExecutionProvider.CPU) {
            return new Sessions(List.of(onCpu(file, threads)), ExecutionProvider.CPU, Optional.empty());
        }
        List<OrtSession> sessions = new ArrayList<>();
        try {
            for (int device : options.cuda().devices()) {
                for (int i = 0; i < options.cuda().sessionsPerDevice(); i++) {
                    sessions.add(onCuda(file, options.cuda(), device));
                }
            }
            return new Sessions(sessions, ExecutionProvider.CUDA, Optional.empty());
        } catch (OrtException e) {
            closeAll(sessions);
            if (options.provider() == ExecutionProvider.CUDA) {
                throw e;
            }
            LOG.infof("no CUDA, the model runs on the CPU: %s", e.getMessage());
            return new Sessions(
                    List.of(onCpu(file, threads)), ExecutionProvider.CPU, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Loads a network once more, on the CPU, for forward passes of one picture that somebody waits for.
     *
     * @param threads of a forward pass
     */
    static Sessions forQueries(Path file, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = options()) {
            options.setIntraOpNumThreads(threads);
            // Threads that sleep between two operators take longer to wake than a small operator takes; between two
            // queries
            // they have to sleep.
            options.addConfigEntry("session.force_spinning_stop", "1");
            OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
            return new Sessions(List.of(session), ExecutionProvider.CPU, Optional.empty());
        }
    }

    private static OrtSession onCpu(Path file, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = options()) {
            options.setIntraOpNumThreads(threads);
            // A thread that spins between two forward passes takes its core from decoding.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
    }

    private static OrtSession onCuda(Path file, CudaOptions cuda, int device) throws OrtException {
        try (OrtSession.SessionOptions options = options()) {
            cuda.addTo(options, device);
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        // A plan of memory for every size of batch holds some 70 MB more, and saves no time.
        options.setMemoryPatternOptimization(false);
        return options;
    }

    /** Any of the sessions, for what they have in common. */
    OrtSession first() {
        return sessions.getFirst();
    }

    /** The session whose turn it is to run a forward pass. */
    OrtSession next() {
        return sessions.get(Math.floorMod(turn.getAndIncrement(), sessions.size()));
    }

    /** {@link ExecutionProvider#CPU} or {@link ExecutionProvider#CUDA}. */
    ExecutionProvider provider() {
        return provider;
    }

    /** Why there is no CUDA, where it would have been taken. */
    Optional<String> fallback() {
        return fallback;
    }

    @Override
    public void close() throws OrtException {
        closeAll(sessions);
    }

    private static void closeAll(List<OrtSession> sessions) throws OrtException {
        for (OrtSession session : sessions) {
            session.close();
        }
    }
}
