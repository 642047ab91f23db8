package dev.winnow.curation.jobs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.slices.IdSet;
import dev.winnow.curation.slices.SliceSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The images that a job's result is about, to make a slice of. Results are read as they stream, an entry at a time: what is
 * held are ids.
 */
@ApplicationScoped
public class JobImages {

    /** Where each type's result has its images: names of fields, {@code *} for every element or field. */
    private static final Map<String, String> PLACES = Map.of(
            "balance", "subset/images/*/*",
            "cluster", "assignments/*",
            "label_issues", "labels/*",
            "outliers", "outliers/*",
            "quality", "issues/*/findings/*",
            "scores", "scores/*",
            "select", "selected/*",
            "split", "assignments/*",
            "suggest_labels", "suggestions/*",
            "thin", "kept/*");

    /** Where a deduplication has the images that it would leave out: in groups, or as found in another dataset. */
    private static final List<String> REDUNDANT = List.of("groups/*/members/*", "matches/*");

    private final Jobs jobs;
    private final ObjectMapper json;

    JobImages(Jobs jobs, ObjectMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /**
     * Reads a result.
     *
     * @param split which part of a split; null for other types
     * @param cluster which cluster of a clustering; null for other types
     * @throws NotFoundException if the dataset has no such job
     * @throws InvalidParameterException if it has no result, or none with such images
     */
    public SliceSource read(String dataset, UUID id, @Nullable String split, @Nullable Integer cluster) {
        CurationJob job = jobs.get(id);
        // A job of another dataset is not to be told from one that does not exist.
        if (!job.order().dataset().equals(dataset)) {
            throw new NotFoundException("job", id);
        }
        String type = job.order().type();
        Predicate<JsonNode> wanted = wanted(type, split, cluster);
        if (type.equals("deduplicate")) {
            IdSet redundant = ids(id, REDUNDANT, wanted);
            return new SliceSource.Without(redundant, told(job, split, cluster));
        }
        String place = PLACES.get(type);
        if (place == null) {
            throw new InvalidParameterException(
                    "job",
                    "expected a job of type deduplicate, "
                            + String.join(
                                    ", ", PLACES.keySet().stream().sorted().toList()));
        }
        IdSet ids = ids(id, List.of(place), wanted);
        if (ids.size() == 0) {
            throw new InvalidParameterException("job", "expected a result with images, and it has none of these");
        }
        return new SliceSource.Listed(ids, told(job, split, cluster));
    }

    private static Predicate<JsonNode> wanted(String type, @Nullable String split, @Nullable Integer cluster) {
        if ((split != null) != type.equals("split")) {
            throw new InvalidParameterException(
                    "split",
                    split == null ? "expected the name of a split" : "expected no split, the job is of type " + type);
        }
        if ((cluster != null) != type.equals("cluster")) {
            throw new InvalidParameterException(
                    "cluster",
                    cluster == null
                            ? "expected the id of a cluster"
                            : "expected no cluster, the job is of type " + type);
        }
        return switch (type) {
            case "split" -> entry -> entry.path("split").asText().equals(split);
            case "cluster" -> entry -> cluster != null && entry.path("cluster").asInt() == cluster;
            case "label_issues" -> entry -> entry.path("issue").asBoolean();
            // What is only similar there, or has not been found, is no duplicate.
            case "deduplicate" ->
                entry -> !entry.has("found")
                        || entry.path("found").findValuesAsText("verdict").stream()
                                .anyMatch(verdict -> !verdict.equals("similar"));
            default -> entry -> true;
        };
    }

    private ObjectNode told(CurationJob job, @Nullable String split, @Nullable Integer cluster) {
        ObjectNode told = SliceSource.told("job");
        told.put("job", job.order().id().toString());
        told.put("type", job.order().type());
        if (split != null) {
            told.put("split", split);
        }
        if (cluster != null) {
            told.put("cluster", cluster);
        }
        told.set("parameters", json.valueToTree(job.order().parameters()));
        told.put("seed", job.order().parameters().seedOrDefault());
        return told;
    }

    private IdSet ids(UUID job, List<String> places, Predicate<JsonNode> wanted) {
        List<ImageId> ids = new ArrayList<>();
        for (String place : places) {
            Optional<InputStream> result = jobs.openResult(job);
            if (result.isEmpty()) {
                throw new InvalidParameterException("job", "expected a job that has succeeded");
            }
            try (JsonParser parser = json.createParser(result.get())) {
                parser.nextToken();
                walk(parser, place.split("/", -1), 0, entry -> {
                    if (wanted.test(entry)) {
                        ids.add(id(entry));
                    }
                });
            } catch (IOException e) {
                throw new DependencyUnavailableException("S3", e);
            }
        }
        return new IdSet(ids);
    }

    private static ImageId id(JsonNode entry) {
        JsonNode image = entry.has("image") ? entry.path("image") : entry;
        return ImageId.parse(image.path("id").asText());
    }

    /** Hands over what stands at a place; the parser is at the first token of a value, and afterwards at its last. */
    private void walk(JsonParser parser, String[] place, int depth, Consumer<JsonNode> consumer) throws IOException {
        if (depth == place.length) {
            consumer.accept(json.readTree(parser));
            return;
        }
        boolean array = parser.currentToken() == JsonToken.START_ARRAY;
        if (!array && parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() != (array ? JsonToken.END_ARRAY : JsonToken.END_OBJECT)) {
            String name = "*";
            if (!array) {
                name = parser.currentName();
                parser.nextToken();
            }
            if (place[depth].equals("*") || (!array && place[depth].equals(name))) {
                walk(parser, place, depth + 1, consumer);
            } else {
                parser.skipChildren();
            }
        }
    }
}
