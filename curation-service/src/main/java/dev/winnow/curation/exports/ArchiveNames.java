package dev.winnow.curation.exports;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.objects.PictureNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of images in archives of which each image has a file whose name is the picture's with another ending. An image keeps
 * its path, but for two cases: {@code a.png} beside an {@code a.jpg} would have the same file, and becomes {@code a-{image
 * id}.png}; a path without one of the usual endings gets that of its format. Which images the dataset has beside it is asked
 * by their ids, so that no list of names is held, and an image has the same name in every selection.
 */
final class ArchiveNames {

    private final VectorIndex index;
    private final String dataset;

    ArchiveNames(VectorIndex index, String dataset) {
        this.index = index;
        this.dataset = dataset;
    }

    /** The names of some images, in their order. */
    List<String> of(List<DatasetImage> images) {
        Map<ImageId, List<ImageId>> rivals = new HashMap<>();
        Set<ImageId> asked = new HashSet<>();
        for (DatasetImage image : images) {
            List<ImageId> its = rivals(image);
            rivals.put(image.id(), its);
            asked.addAll(its);
        }
        Set<ImageId> existing = new HashSet<>(index.existing(dataset, asked));
        List<String> names = new ArrayList<>();
        for (DatasetImage image : images) {
            boolean contested =
                    rivals.getOrDefault(image.id(), List.of()).stream().anyMatch(existing::contains);
            String ending = ending(image);
            names.add(stem(image) + (contested ? "-" + image.id() : "") + "." + ending);
        }
        return names;
    }

    /** Images whose name in the archive would be the same but for the ending, and which come first. */
    private List<ImageId> rivals(DatasetImage image) {
        String ending = PictureNames.ending(image.path());
        List<ImageId> ids = new ArrayList<>();
        for (String other : PictureNames.ENDINGS) {
            if (other.equals(ending)) {
                break;
            }
            try {
                ids.add(ImageId.of(new ObjectKey(dataset, stem(image) + "." + other)));
            } catch (InvalidNameException e) {
                // A path that long is no image's.
            }
        }
        return ids;
    }

    private static String stem(DatasetImage image) {
        String ending = PictureNames.ending(image.path());
        return ending.isEmpty()
                ? image.path()
                : image.path().substring(0, image.path().length() - ending.length() - 1);
    }

    private static String ending(DatasetImage image) {
        String ending = PictureNames.ending(image.path());
        if (!ending.isEmpty()) {
            return ending;
        }
        return image.format().equals("jpeg") ? "jpg" : image.format();
    }
}
