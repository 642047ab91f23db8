package dev.winnow.curation.tasks;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetObject;
import dev.winnow.curation.ObjectSnapshot;
import dev.winnow.curation.objects.OverlappingBoxes;
import dev.winnow.curation.probe.LabelIssues;
import dev.winnow.curation.probe.LabelIssues.Judgement;
import dev.winnow.curation.probe.LabelledRows;
import dev.winnow.curation.probe.LinearProbe;
import dev.winnow.curation.vectors.ApproximateNeighbours.Approximation;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labels of boxes that contradict the vectors of their crops, by the same two witnesses as labels of images. Neither of them may know the
 * image: boxes of one image, or of duplicates of it, are in one fold, and neighbours are those of other images.
 */
final class ObjectIssues {

    /** So many times k neighbours are looked at: some are of the same image. */
    private static final int REACH = 4;

    private final LabelIssuesTask task;
    private final Work work;
    private final ObjectSnapshot boxes;
    private final int[] imageOf;

    ObjectIssues(LabelIssuesTask task, Work work) {
        this.task = task;
        this.work = work;
        this.boxes = known(work);
        this.imageOf = images();
    }

    /**
     * @param objects how many boxes there are, all of which have a label
     * @param judged how many could be judged
     * @param accuracy of the probe on these
     * @param issues how many labels have something against them
     * @param expectedErrors how many labels are wrong, by the confident joint
     * @param confusions pairs of labels that are taken for each other; {@code images} counts boxes
     * @param labels the worst first, issues or not
     * @param overlappingCount pairs of boxes that are as good as the same box under two labels
     * @param overlapping those with the largest overlap first
     * @param approximation how neighbours were approximated; null where they are exact
     */
    record Found(
            LabelIssuesTask.Kind kind,
            int objects,
            int judged,
            double accuracy,
            int k,
            int issues,
            double expectedErrors,
            List<LabelIssuesTask.Confusion> confusions,
            List<JudgedBox> labels,
            int overlappingCount,
            List<Overlap> overlapping,
            @Nullable Approximation approximation)
            implements Report {}

    /** A box as results name it: the id of its point, that of its image, its own within the image. */
    record BoxRef(ObjectId id, ImageId parent, String path, String object, String label, Box box) {

        BoxRef(DatasetObject object) {
            this(
                    object.id(),
                    object.parent(),
                    object.path(),
                    object.object(),
                    object.labels().getFirst(),
                    object.box());
        }
    }

    /** The same of a box as {@link LabelIssuesTask.JudgedLabel} of an image. */
    record JudgedBox(
            int rank,
            ObjectId id,
            ImageId parent,
            String path,
            String object,
            String label,
            Box box,
            double quality,
            boolean issue,
            String suggested,
            double probability,
            double suggestedProbability,
            double agreeing,
            double suggesting,
            List<BoxNeighbour> neighbours) {}

    record BoxNeighbour(ObjectId id, ImageId parent, String path, String object, String label, double similarity) {}

    /** @param iou intersection over union of the two, 0 to 1 */
    record Overlap(BoxRef one, BoxRef other, double iou) {}

    Found find() {
        LabelledRows labelled = LabelledRows.ofLabels(
                boxes.objects().stream().map(DatasetObject::labels).toList());
        LinearProbe.checkClasses(labelled);
        Map<Integer, List<Integer>> together = new LinkedHashMap<>();
        for (int row = 0; row < boxes.size(); row++) {
            together.computeIfAbsent(imageOf[row], image -> new ArrayList<>()).add(row);
        }
        LinearProbe.Validated probe = Probing.validate(
                work.part(0.3, 0.8),
                boxes.vectors(),
                labelled,
                rows(together.values()),
                task.folds(),
                task.c(),
                task.seedOrDefault());
        NeighbourJoin.Joined joined = work.join()
                .join(
                        boxes.vectors().select(labelled.rows()),
                        REACH * task.kOrDefault(),
                        task.seedOrDefault(),
                        work.part(0.8, 1).progress());
        Nearest nearest = ofOthers(joined.nearest(), labelled);
        LabelIssues.Found found = LabelIssues.rank(probe, nearest);
        List<JudgedBox> labels = new ArrayList<>();
        for (Judgement judgement : found.ranking()) {
            if (labels.size() == task.limitOrDefault()) {
                break;
            }
            labels.add(judged(probe, nearest, judgement, labels.size() + 1));
        }
        List<OverlappingBoxes.Pair> overlapping = OverlappingBoxes.of(boxes.objects());
        return new Found(
                LabelIssuesTask.Kind.OBJECT,
                boxes.size(),
                probe.judgedCount(),
                probe.accuracy(),
                nearest.k(),
                (int) found.ranking().stream().filter(Judgement::issue).count(),
                found.confident().expectedErrors(),
                LabelIssuesTask.confusions(labelled, found.confident().joint()),
                labels,
                overlapping.size(),
                overlapping.stream()
                        .limit(task.limitOrDefault())
                        .map(pair -> new Overlap(new BoxRef(pair.one()), new BoxRef(pair.other()), pair.iou()))
                        .toList(),
                joined.approximation());
    }

    /** The boxes of the images that the job is about: those of dropped ones are none of it. */
    private static ObjectSnapshot known(Work work) {
        ObjectSnapshot all = work.sources().objects(work.part(0, 0.1).progress());
        Set<ImageId> images =
                work.snapshot().images().stream().map(DatasetImage::id).collect(Collectors.toSet());
        int[] rows = IntStream.range(0, all.size())
                .filter(row -> images.contains(all.objects().get(row).parent()))
                .toArray();
        return rows.length == all.size()
                ? all
                : new ObjectSnapshot(
                        Arrays.stream(rows).mapToObj(all.objects()::get).toList(),
                        all.vectors().select(rows));
    }

    /** Of each box a number of its image; duplicates have the same one. */
    private int[] images() {
        Map<ImageId, Integer> numbers = new HashMap<>();
        int next = 0;
        for (int[] group : Probing.duplicates(work.part(0.1, 0.3), task.seedOrDefault())) {
            for (int row : group) {
                numbers.put(work.snapshot().image(row).id(), next);
            }
            next++;
        }
        int[] images = new int[boxes.size()];
        for (int row = 0; row < images.length; row++) {
            ImageId parent = boxes.objects().get(row).parent();
            Integer known = numbers.get(parent);
            if (known == null) {
                known = next++;
                numbers.put(parent, known);
            }
            images[row] = known;
        }
        return images;
    }

    private static List<int[]> rows(Collection<List<Integer>> groups) {
        return groups.stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    /** The k nearest of other images, and where those looked at are too few, the nearest of the same one after them. */
    private Nearest ofOthers(Nearest all, LabelledRows labelled) {
        int k = Math.min(all.k(), task.kOrDefault());
        int[] rows = new int[labelled.size() * k];
        float[] similarities = new float[rows.length];
        for (int i = 0; i < labelled.size(); i++) {
            int at = i * k;
            for (boolean same : new boolean[] {false, true}) {
                for (int place = 0; place < all.k() && at < (i + 1) * k; place++) {
                    int other = all.row(i, place);
                    if ((imageOf[labelled.rows()[i]] == imageOf[labelled.rows()[other]]) == same) {
                        rows[at] = other;
                        similarities[at++] = all.similarity(i, place);
                    }
                }
            }
        }
        return new Nearest(k, rows, similarities);
    }

    private JudgedBox judged(LinearProbe.Validated probe, Nearest nearest, Judgement judgement, int rank) {
        LabelledRows labelled = probe.labelled();
        int i = judgement.image();
        int given = labelled.given()[i];
        DatasetObject box = boxes.objects().get(labelled.rows()[i]);
        return new JudgedBox(
                rank,
                box.id(),
                box.parent(),
                box.path(),
                box.object(),
                labelled.classes().get(given),
                box.box(),
                judgement.quality(),
                judgement.issue(),
                labelled.classes().get(judgement.suggested()),
                probe.probabilities()[i][given],
                probe.probabilities()[i][judgement.suggested()],
                judgement.agreeing(),
                judgement.suggesting(),
                IntStream.range(0, Math.min(LabelIssuesTask.SHOWN, nearest.k()))
                        .mapToObj(place -> {
                            int other = nearest.row(i, place);
                            DatasetObject near = boxes.objects().get(labelled.rows()[other]);
                            return new BoxNeighbour(
                                    near.id(),
                                    near.parent(),
                                    near.path(),
                                    near.object(),
                                    labelled.classes().get(labelled.given()[other]),
                                    nearest.similarity(i, place));
                        })
                        .toList());
    }
}
