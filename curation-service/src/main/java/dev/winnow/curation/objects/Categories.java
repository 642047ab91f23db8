package dev.winnow.curation.objects;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The categories of COCO: a number for each label. A label keeps the number it had first, whatever later files say. */
public record Categories(List<Category> categories) {

    public static final Categories NONE = new Categories(List.of());

    /** @param supercategory null where none was given */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Category(long id, String name, @Nullable String supercategory) {}

    public Categories {
        categories = List.copyOf(categories);
    }

    /** These, and those of the others whose name is new: by their own number where that is free. */
    Categories with(List<Category> others) {
        List<Category> all = new ArrayList<>(categories);
        Set<String> names = new HashSet<>();
        Set<Long> ids = new HashSet<>();
        for (Category category : categories) {
            names.add(category.name());
            ids.add(category.id());
        }
        List<Category> displaced = new ArrayList<>();
        for (Category other : others) {
            if (names.add(other.name())) {
                if (ids.add(other.id())) {
                    all.add(other);
                } else {
                    displaced.add(other);
                }
            }
        }
        long next = 1 + ids.stream().mapToLong(id -> id).max().orElse(0);
        for (Category other : displaced) {
            all.add(new Category(next++, other.name(), other.supercategory()));
        }
        return new Categories(all);
    }

    /** The number of each label. */
    public Map<String, Long> byName() {
        Map<String, Long> ids = new HashMap<>();
        categories.forEach(category -> ids.put(category.name(), category.id()));
        return ids;
    }
}
