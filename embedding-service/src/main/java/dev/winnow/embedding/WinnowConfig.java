package dev.winnow.embedding;

import dev.winnow.embedding.image.DecodeMode;
import dev.winnow.embedding.onnx.CudaOptions;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Everything that can be configured, with its default. */
@ConfigMapping(prefix = "winnow")
public interface WinnowConfig {

    S3 s3();

    Qdrant qdrant();

    Model model();

    /** What the model runs on. */
    @WithDefault("auto")
    ExecutionProvider executionProvider();

    Cuda cuda();

    Pipeline pipeline();

    Objects objects();

    Retry retry();

    /** The bucket. */
    interface S3 {
        @WithDefault("http://localhost:9000")
        URI endpoint();

        @WithDefault("local-access")
        String accessKey();

        @WithDefault("local-secret")
        String secretKey();

        @WithDefault("winnow")
        String bucket();
    }

    /** The vector database, by gRPC. */
    interface Qdrant {
        @WithDefault("localhost")
        String host();

        @WithDefault("6334")
        int port();

        Optional<String> apiKey();

        @WithDefault("false")
        boolean tls();

        /** For one call. */
        @WithDefault("10s")
        Duration timeout();
    }

    /** The embedding models. */
    interface Model {
        /** Path of the manifest of the model to begin with where none is active yet; the model's file lies beside it. */
        @WithDefault("models/default/winnow-default.yaml")
        Path manifest();

        /** Folders with further models: those that are active, or that a change of model leads to, are loaded from there. */
        Optional<List<Path>> folders();

        /** Whether the model of {@link #manifest} takes over, at once, where the active one cannot be loaded. */
        @WithDefault("false")
        boolean activate();
    }

    /** How NVIDIA cards are used, see {@link CudaOptions}. */
    interface Cuda {
        @WithDefault("0")
        List<Integer> devices();

        /** On each device. */
        @WithDefault("1")
        int sessions();

        /** Of a session's arena. */
        Optional<MemorySize> memoryLimit();

        @WithDefault("next-power-of-two")
        CudaOptions.ArenaExtension arenaExtension();

        @WithDefault("exhaustive")
        CudaOptions.ConvolutionSearch convolutionSearch();

        @WithDefault("true")
        boolean tf32();

        @WithDefault("true")
        boolean copyInComputeStream();

        TensorRt tensorRt();

        /** TensorRT before CUDA; its libraries have to be installed. */
        interface TensorRt {
            @WithDefault("false")
            boolean enabled();

            @WithDefault("false")
            boolean fp16();

            /** Folder for compiled engines. */
            Optional<Path> cache();
        }

        /** The same as the adapter takes it. */
        default CudaOptions options() {
            return new CudaOptions(
                    devices(),
                    sessions(),
                    memoryLimit()
                            .map(limit -> OptionalLong.of(limit.asLongValue()))
                            .orElse(OptionalLong.empty()),
                    arenaExtension(),
                    convolutionSearch(),
                    tf32(),
                    copyInComputeStream(),
                    tensorRt().enabled()
                            ? Optional.of(new CudaOptions.TensorRt(
                                    tensorRt().fp16(), tensorRt().cache()))
                            : Optional.empty());
        }
    }

    /** How much is done at a time. */
    interface Pipeline {
        /** Pictures of a forward pass at most; where not set, what {@link InferenceOptions#batch} says. */
        OptionalInt batch();

        /** For decoding and for forward passes, in turn; as many as there are processors where not set. */
        OptionalInt threads();

        /**
         * Of a forward pass that somebody waits for; as many as {@link #threads} where not set. With more than one the network
         * is loaded a second time, for pictures in queries.
         */
        OptionalInt queryThreads();

        /** Whether large JPEGs may be decoded at a reduced size. */
        @WithDefault("exact")
        DecodeMode decode();

        /** Objects fetched at the same time. */
        @WithDefault("16")
        int fetches();

        /** Files held at the same time, in all; as much again for the bodies of requests. */
        @WithDefault("64M")
        MemorySize fileMemory();

        /** Decoded pictures held at the same time, in all; outside the heap for all formats but GIF. */
        @WithDefault("256M")
        MemorySize pixelMemory();
    }

    /** Boxes of images. */
    interface Objects {
        /** What is embedded around a box on each side, as a fraction of its longer side; 0 to 10. */
        @WithDefault("0.1")
        double padding();
    }

    /** Waiting for a dependency that does not answer: doubled from {@code first} up to {@code longest}. */
    interface Retry {
        @WithDefault("500ms")
        Duration first();

        @WithDefault("15s")
        Duration longest();
    }
}
