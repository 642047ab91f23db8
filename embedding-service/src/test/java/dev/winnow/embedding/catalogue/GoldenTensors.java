package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.image.Pixels;
import dev.winnow.embedding.image.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What torchvision, timm and open_clip made of pictures: the presets.json that models/golden/make.py writes. */
record GoldenTensors(List<Picture> pictures) {

    /**
     * One file.
     *
     * @param pixels SHA-256 of its upright RGB pixels, as Pillow reads them
     * @param tensors by the preset's name
     */
    record Picture(Path file, String pixels, Map<String, Tensor> tensors) {

        byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }

        /** Nothing where each bit is the same, else how far the known values are away. */
        Optional<String> difference(String preset, float[] tensor) {
            Tensor expected = tensors.get(preset);
            return expected == null ? Optional.of("no such preset in presets.json") : expected.difference(tensor);
        }

        /** Whether Pillow read the same pixels. */
        boolean agrees(Pixels upright) {
            MessageDigest hash = newHash();
            byte[] row = new byte[upright.width() * 3];
            for (int y = 0; y < upright.height(); y++) {
                upright.row(y, row);
                hash.update(row);
            }
            return HexFormat.of().formatHex(hash.digest()).equals(pixels);
        }
    }

    /**
     * The input of a model.
     *
     * @param sha256 of all values: float32, little-endian, channel, row, column
     * @param values some of them, at equal distances from the first to the last
     */
    record Tensor(String sha256, float[] values) {

        private Optional<String> difference(float[] tensor) {
            ByteBuffer bytes = ByteBuffer.allocate(tensor.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor);
            if (HexFormat.of().formatHex(newHash().digest(bytes.array())).equals(sha256)) {
                return Optional.empty();
            }
            float[] ours = new float[values.length];
            float largest = 0;
            for (int i = 0; i < ours.length; i++) {
                ours[i] = tensor[(int) ((tensor.length - 1L) * i / (ours.length - 1))];
                largest = Math.max(largest, Math.abs(ours[i] - values[i]));
            }
            return Optional.of("another tensor; of " + ours.length + " values the most is " + largest + ", expected "
                    + Arrays.toString(values) + ", got " + Arrays.toString(ours));
        }
    }

    static GoldenTensors read(Path json) throws IOException {
        JsonNode files = new ObjectMapper().readTree(json.toFile()).get("files");
        return new GoldenTensors(StreamSupport.stream(files.spliterator(), false)
                .map(file -> picture(file, json))
                .toList());
    }

    private static Picture picture(JsonNode file, Path json) {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (JsonNode group : file.get("tensors")) {
            float[] values = new float[group.get("values").size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = group.get("values").get(i).floatValue();
            }
            Tensor tensor = new Tensor(group.get("sha256").textValue(), values);
            group.get("presets").forEach(preset -> tensors.put(preset.textValue(), tensor));
        }
        Path picture = json.resolveSibling(file.get("file").textValue()).normalize();
        return new Picture(picture, file.get("pixels").textValue(), tensors);
    }

    /** Every preset that is named after torchvision, timm or CLIP, with its tensor as these lay it out. */
    static Map<String, Preprocessing> presets() {
        return Preset.ALL.stream()
                .filter(preset -> preset.name().matches("torchvision-.*|timm-.*|clip"))
                .collect(Collectors.toMap(Preset::name, GoldenTensors::preprocessing));
    }

    private static Preprocessing preprocessing(Preset preset) {
        return new Preprocessing(
                preset.resize(),
                preset.width(),
                preset.height(),
                Preprocessing.Layout.NCHW,
                preset.colour(),
                preset.scale(),
                preset.mean(),
                preset.std());
    }

    private static MessageDigest newHash() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
