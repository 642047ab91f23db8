package dev.winnow.curation.exports;

import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.objects.Categories;
import dev.winnow.curation.objects.Categories.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The classes of a selection, for formats that need them before the first box: found by a walk of their own.
 *
 * @param objects classes of boxes: first the dataset's categories by their number, whether or not the selection has them,
 *     so that all selections of a dataset agree; then the others by name
 * @param images labels of images, by name
 * @param splits by name
 * @param unsplit whether there are images without a split
 */
record Classes(List<String> objects, NavigableSet<String> images, NavigableSet<String> splits, boolean unsplit) {

    static Classes of(ImageSource source, Categories categories) throws IOException {
        NavigableSet<String> objects = new TreeSet<>();
        NavigableSet<String> images = new TreeSet<>();
        NavigableSet<String> splits = new TreeSet<>();
        boolean[] unsplit = {false};
        source.forEach(part -> {
            for (ExportedImage image : part) {
                image.boxes().stream().map(ObjectBox::label).forEach(objects::add);
                images.addAll(image.image().labels());
                String split = image.split();
                if (split == null) {
                    unsplit[0] = true;
                } else {
                    splits.add(split);
                }
            }
        });
        return new Classes(ordered(categories, objects), images, splits, unsplit[0]);
    }

    private static List<String> ordered(Categories categories, Collection<String> others) {
        Set<String> names = new HashSet<>();
        List<String> ordered = new ArrayList<>();
        categories.categories().stream()
                .sorted(Comparator.comparingLong(Category::id))
                .map(Category::name)
                .filter(names::add)
                .forEach(ordered::add);
        others.stream().filter(names::add).forEach(ordered::add);
        return ordered;
    }

    /** The index of each class of boxes. */
    Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        objects.forEach(name -> numbers.put(name, numbers.size()));
        return numbers;
    }
}
