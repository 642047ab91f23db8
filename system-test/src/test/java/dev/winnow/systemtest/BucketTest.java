package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files that arrive straight in the bucket, by any S3 tool. */
@ExtendWith(SharedSuite.class)
class BucketTest {

    private final RunningSuite suite;

    BucketTest(RunningSuite suite) {
        this.suite = suite;
    }

    @Test
    void aCopiedFileBecomesSearchableAndADeletedOneVanishes() throws Exception {
        Client client = new Client(suite.endpoints(), "bucket");
        byte[] image = SampleImages.read("fish/fish-001.jpg");
        suite.copyIntoBucket("bucket/a folder/fish (1) ä+b.jpg", image);
        suite.copyIntoBucket("bucket/plain.jpg", SampleImages.read("fish/fish-002.jpg"));
        client.awaitCounts(2, 0);
        assertThat(client.searchByUpload(image, "", 1).jsonPath().getString("hits[0].path"))
                .isEqualTo("a folder/fish (1) ä+b.jpg");

        suite.deleteFromBucket("bucket/a folder/fish (1) ä+b.jpg");
        client.awaitCounts(1, 0);
        assertThat(client.searchByUpload(image, "", 5).jsonPath().getList("hits.path", String.class))
                .containsExactly("plain.jpg");
        ImageId gone = ImageId.of(new ObjectKey("bucket", "a folder/fish (1) ä+b.jpg"));
        assertThat(client.get("/images/" + gone).statusCode()).isEqualTo(404);
    }

    @Test
    void badFilesFailOneByOneAndUnusualOnesDoNot() throws Exception {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("letter.jpg", OddFiles.text());
        bad.put("half.jpg", OddFiles.truncatedJpeg());
        bad.put("empty.png", new byte[0]);
        bad.put("huge.jpg", OddFiles.large());
        bad.put("bomb.png", OddFiles.bomb());
        bad.put("dance.gif", OddFiles.animatedGif());
        Map<String, byte[]> good = new LinkedHashMap<>();
        good.put("plain.jpg", OddFiles.jpeg());
        good.put("cmyk.jpg", OddFiles.cmykJpeg());
        good.put("grey.png", OddFiles.greyPng());
        good.put("turned.jpg", OddFiles.exifRotatedJpeg());
        good.put("sixteen-bit.png", OddFiles.sixteenBitPng());

        Client client = new Client(suite.endpoints(), "odd");
        for (Map<String, byte[]> files : List.of(bad, good)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                suite.copyIntoBucket("odd/" + file.getKey(), file.getValue());
            }
        }
        client.awaitCounts(good.size(), bad.size());

        List<Map<String, String>> failures = client.get("/failures").jsonPath().getList("failures");
        assertThat(failures.stream().collect(Collectors.toMap(f -> f.get("path"), f -> f.get("reason"))))
                .isEqualTo(Map.of(
                        "letter.jpg", "unsupported-format",
                        "half.jpg", "truncated",
                        "empty.png", "empty",
                        "huge.jpg", "too-large",
                        "bomb.png", "too-many-pixels",
                        "dance.gif", "animated"));
        assertThat(failures)
                .allSatisfy(failure -> assertThat(failure.get("detail")).isNotBlank());
        Map<String, Integer> heights = client.get("/images").jsonPath().<Map<String, Object>>getList("images").stream()
                .collect(Collectors.toMap(i -> (String) i.get("path"), i -> (Integer) i.get("height")));
        assertThat(heights)
                .isEqualTo(Map.of(
                        "plain.jpg", 64, "cmyk.jpg", 64, "grey.png", 64, "turned.jpg", 96, "sixteen-bit.png", 64));
    }
}
