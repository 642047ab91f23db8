package dev.winnow.embedding.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.onnx.ExecutionProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code models/bench_python.py}: the same network on the same images, as they are embedded from Python.
 *
 * @param python the interpreter
 * @param manifest of the model
 * @param batch pictures of a forward pass
 */
record PythonPipelines(String python, Path script, Path manifest, ExecutionProvider provider, int batch, int workers) {

    /** Images a second by pipeline, without the time to start Python and its workers. */
    Map<String, Double> rates(Photos photos, int count) throws IOException, InterruptedException {
        Path list = Files.createTempFile("winnow-bench", ".txt");
        try {
            Files.write(
                    list,
                    IntStream.range(0, count)
                            .mapToObj(i -> photos.file(i).toString())
                            .toList());
            Process process = new ProcessBuilder(
                            python,
                            script.toString(),
                            "--manifest",
                            manifest.toString(),
                            "--list",
                            list.toString(),
                            "--device",
                            provider.toString(),
                            "--batch",
                            Integer.toString(batch),
                            "--workers",
                            Integer.toString(workers),
                            "--json")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(script + " ended with " + process.exitValue() + ", see above");
            }
            List<String> lines = out.lines().toList();
            return new ObjectMapper().readValue(lines.getLast(), new TypeReference<Map<String, Double>>() {});
        } finally {
            Files.delete(list);
        }
    }
}
