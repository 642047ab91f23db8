package dev.winnow.embedding.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How ONNX Runtime uses NVIDIA cards. What each option does is described with its CUDA and TensorRT execution providers; the
 * defaults are theirs.
 *
 * @param devices by number, each with sessions of its own
 * @param sessionsPerDevice so that the copies of one forward pass go on beside the computation of another; each holds the weights
 * @param memoryLimit bytes of a session's arena
 * @param arenaExtension by how much the arena grows
 * @param convolutionSearch how cuDNN's algorithm is chosen for each new shape
 * @param tf32 whether fp32 networks may multiply in TF32: 10 bits of mantissa, a multiple of the speed
 * @param copyInComputeStream whether copies share the stream of the computation
 * @param tensorRt compiles what it can for the card; the rest stays with CUDA
 */
public record CudaOptions(
        List<Integer> devices,
        int sessionsPerDevice,
        OptionalLong memoryLimit,
        ArenaExtension arenaExtension,
        ConvolutionSearch convolutionSearch,
        boolean tf32,
        boolean copyInComputeStream,
        Optional<TensorRt> tensorRt) {

    /** The first card, everything else as it comes. */
    public static final CudaOptions DEFAULT = new CudaOptions(
            List.of(0),
            1,
            OptionalLong.empty(),
            ArenaExtension.NEXT_POWER_OF_TWO,
            ConvolutionSearch.EXHAUSTIVE,
            true,
            true,
            Optional.empty());

    /** By how much an arena grows. */
    public enum ArenaExtension {
        NEXT_POWER_OF_TWO("kNextPowerOfTwo"),
        SAME_AS_REQUESTED("kSameAsRequested");

        private final String value;

        ArenaExtension(String value) {
            this.value = value;
        }
    }

    /** How a convolution's algorithm is found. */
    public enum ConvolutionSearch {
        /** By trying them all, when a shape is first seen. */
        EXHAUSTIVE,
        HEURISTIC,
        DEFAULT
    }

    /**
     * TensorRT.
     *
     * @param fp16 whether it may compute in half precision
     * @param cache where compiled engines are kept, which take minutes to make
     */
    public record TensorRt(boolean fp16, Optional<Path> cache) {}

    public CudaOptions {
        devices = List.copyOf(devices);
        if (devices.isEmpty() || devices.stream().anyMatch(device -> device < 0)) {
            throw new IllegalArgumentException("cuda devices: expected numbers from 0, got " + devices);
        }
        if (sessionsPerDevice < 1) {
            throw new IllegalArgumentException("cuda sessions: expected at least 1, got " + sessionsPerDevice);
        }
    }

    /** @throws OrtException if there is no such card, or its libraries cannot be loaded */
    void addTo(OrtSession.SessionOptions session, int device) throws OrtException {
        if (tensorRt.isPresent()) {
            try (OrtTensorRTProviderOptions options = new OrtTensorRTProviderOptions(device)) {
                options.add("trt_fp16_enable", tensorRt.get().fp16() ? "1" : "0");
                if (tensorRt.get().cache().isPresent()) {
                    options.add("trt_engine_cache_enable", "1");
                    options.add(
                            "trt_engine_cache_path",
                            tensorRt.get().cache().get().toAbsolutePath().toString());
                }
                session.addTensorrt(options);
            }
        }
        try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(device)) {
            options.add("arena_extend_strategy", arenaExtension.value);
            options.add("cudnn_conv_algo_search", convolutionSearch.name());
            options.add("use_tf32", tf32 ? "1" : "0");
            options.add("do_copy_in_default_stream", copyInComputeStream ? "1" : "0");
            if (memoryLimit.isPresent()) {
                options.add("gpu_mem_limit", Long.toString(memoryLimit.getAsLong()));
            }
            session.addCUDA(options);
        }
    }
}
