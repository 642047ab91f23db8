package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.quality.QualityCheck;
import dev.winnow.curation.quality.QualityIssue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pictures with something wrong: too dark, too bright, blurred, of little information, of odd size or shape.
 *
 * @param issues which to look for; null for all
 * @param deviations how many robust standard deviations from the median are too many, default 3
 * @param limit how many findings of each issue are reported, default 1000; all are counted
 * @param seed accepted for uniformity; nothing here is random
 */
@JsonTypeName("quality")
public record QualityTask(
        @Nullable List<QualityIssue> issues,
        @Nullable Double deviations,
        @Nullable Integer limit,
        @Nullable Long seed) implements CurationTask {

    private static final double DEFAULT_DEVIATIONS = 3;
    private static final int DEFAULT_LIMIT = 1000;

    public QualityTask {
        if (issues != null) {
            if (issues.isEmpty()
                    || new HashSet<>(issues).size() < issues.size()
                    || issues.stream().anyMatch(Objects::isNull)) {
                throw new InvalidParameterException("issues", "expected one issue or more, each once");
            }
            issues = List.copyOf(issues);
        }
        if (deviations != null) {
            InvalidParameterException.checkRange("deviations", deviations, 0.5, 20);
        }
        if (limit != null) {
            InvalidParameterException.checkRange("limit", limit, 0, 100_000);
        }
    }

    /**
     * @param images how many were looked at
     * @param affected how many have one issue or more
     */
    public record Quality(int images, int affected, double deviations, List<Issue> issues) implements Report {}

    /**
     * @param median of the measure; null where no image has it
     * @param spread robust standard deviation, of sharpness, pixels and elongation that of their natural logarithm
     * @param below values below this are findings; null where only high ones are
     * @param above values above this are findings; null where only low ones are
     * @param measured how many images have the measure
     * @param count how many findings there are
     * @param findings the most severe first
     */
    public record Issue(
            QualityIssue issue,
            String measure,
            @Nullable Double median,
            @Nullable Double spread,
            @Nullable Double below,
            @Nullable Double above,
            int measured,
            int count,
            List<QualityFinding> findings) {}

    /** @param severity 0 at the threshold to 1 */
    public record QualityFinding(ImageId id, String path, double value, double threshold, double severity) {}

    @Override
    public void check(long images) {}

    @Override
    public Quality run(Work work) {
        Snapshot snapshot = work.snapshot();
        double most = deviations == null ? DEFAULT_DEVIATIONS : deviations;
        List<QualityIssue> wanted = issues == null ? List.of(QualityIssue.values()) : issues;
        Set<Integer> affected = new HashSet<>();
        List<Issue> found = new ArrayList<>();
        for (QualityIssue issue : wanted) {
            work.progress().at("quality", (double) found.size() / wanted.size());
            QualityCheck.Checked checked = QualityCheck.check(snapshot.images(), issue, most);
            checked.findings().forEach(finding -> affected.add(finding.row()));
            found.add(issue(snapshot, checked));
        }
        return new Quality(snapshot.size(), affected.size(), most, found);
    }

    private Issue issue(Snapshot snapshot, QualityCheck.Checked checked) {
        return new Issue(
                checked.issue(),
                checked.measure(),
                checked.median(),
                checked.spread(),
                checked.below(),
                checked.above(),
                checked.measured(),
                checked.findings().size(),
                checked.findings().stream()
                        .limit(limit == null ? DEFAULT_LIMIT : limit)
                        .map(finding -> {
                            DatasetImage image = snapshot.image(finding.row());
                            return new QualityFinding(
                                    image.id(), image.path(), finding.value(), finding.threshold(), finding.severity());
                        })
                        .toList());
    }
}
