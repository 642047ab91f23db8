package dev.winnow.curation.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an archive that was exported says beside its format, by the files that stand for images. */
final class ArchivedExtras {

    /** Half a million boxes of usual attributes come to less. */
    private static final int MOST_BYTES = 32 << 20;

    private final ObjectMapper json;
    private final Problems problems;
    private final Map<String, Extras> byFile = new HashMap<>();
    private long boxes;

    ArchivedExtras(ObjectMapper json, Problems problems) {
        this.json = json;
        this.problems = problems;
    }

    static boolean isOne(String name) {
        return name.startsWith(Extras.NAME + "/") && name.endsWith(Extras.SUFFIX);
    }

    void read(String name, byte @Nullable [] content) {
        if (content == null) {
            problems.add(name, "", "expected at most " + MOST_BYTES + " bytes");
            return;
        }
        int line = 0;
        for (String text : new String(content, StandardCharsets.UTF_8).split("\n")) {
            line++;
            try {
                Extras extras = json.readValue(text, Extras.class);
                if (extras == null || extras.file() == null || extras.path() == null) {
                    throw new IllegalArgumentException("no file and path");
                }
                boxes += extras.objects() == null ? 0 : extras.objects().size();
                if (boxes > Drafts.MAX_BOXES) {
                    problems.add(name + " line " + line, "", "expected at most " + Drafts.MAX_BOXES + " boxes");
                    return;
                }
                byFile.put(extras.file(), extras);
            } catch (JsonProcessingException | IllegalArgumentException e) {
                problems.add(name + " line " + line, "", "expected what an export says there");
            }
        }
    }

    static int limit() {
        return MOST_BYTES;
    }

    @Nullable
    Extras of(String file) {
        return byFile.get(file);
    }

    Map<String, Extras> all() {
        return byFile;
    }
}
