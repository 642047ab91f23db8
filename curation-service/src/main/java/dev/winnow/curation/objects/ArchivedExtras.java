package dev.winnow.curation.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an archive that was exported says beside its format, by the files that stand for images. */
final class ArchivedExtras {

    /** Half a million boxes of usual attributes come to less. */
    private static final int MOST_BYTES = 32 << 20;

    /** In the archive's first folder, or below the one that it was packed again with. */
    private static final Pattern NAME = Pattern.compile("(?<prefix>(?:.*/)?)winnow/[^/]+\\.ndjson", Pattern.DOTALL);

    /** What a line says of a box, which is counted as one, usually comes to less. */
    private static final int CHARACTERS_A_BOX = 200;

    private final ObjectMapper json;
    private final Drafts drafts;
    private final Problems problems;
    private final Map<String, Extras> byFile = new HashMap<>();
    private long boxes;

    ArchivedExtras(ObjectMapper json, Drafts drafts) {
        this.json = json;
        this.drafts = drafts;
        this.problems = drafts.problems;
    }

    static boolean isOne(String name) {
        return NAME.matcher(name).matches();
    }

    void read(String name, byte @Nullable [] content) {
        if (content == null) {
            problems.add(name, "", "expected at most " + MOST_BYTES + " bytes");
            return;
        }
        Matcher own = NAME.matcher(name);
        String prefix = own.matches() ? own.group("prefix") : "";
        int line = 0;
        for (String text : new String(content, StandardCharsets.UTF_8).split("\n")) {
            line++;
            try {
                Extras extras = json.readValue(text, Extras.class);
                if (extras == null || extras.file() == null || extras.path() == null) {
                    throw new IllegalArgumentException("no file and path");
                }
                int its = extras.objects() == null ? 0 : extras.objects().size();
                boxes += its;
                if (boxes > Drafts.MAX_BOXES) {
                    problems.add(name + " line " + line, "", "expected at most " + Drafts.MAX_BOXES + " boxes");
                    return;
                }
                drafts.hold(Math.max(0, prefix.length() + text.length() - (long) CHARACTERS_A_BOX * its));
                if (byFile.put(prefix + extras.file(), extras) == null && byFile.size() > Drafts.MAX_FILES) {
                    throw Drafts.tooMany();
                }
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
