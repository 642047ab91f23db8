package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {

    @Test
    void givesBackWhatWasWritten() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            byte[] file = new byte[random.nextInt(300_000)];
            random.nextBytes(file);
            BoundedBody body = new BoundedBody(300_000);
            for (int at = 0; at < file.length; ) {
                int n = Math.min(file.length - at, 1 + random.nextInt(100_000));
                body.write(file, at, n);
                at += n;
            }
            assertThat(body.toByteArray()).isEqualTo(file);
        }
    }

    @Test
    void countsBeyondTheLimitWithoutHolding() {
        BoundedBody body = new BoundedBody(10);
        body.write(new byte[10], 0, 10);
        assertThat(body.overLimit()).isFalse();
        body.write(7);
        for (int i = 0; i < 3000; i++) {
            body.write(new byte[1 << 20], 0, 1 << 20);
        }
        assertThat(body.overLimit()).isTrue();
        assertThat(body.count()).isEqualTo(11 + 3000L * (1 << 20));
        assertThatThrownBy(body::toByteArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsAsManyBytesAsThereAre() throws IOException {
        byte[] file = {1, 2, 3};
        assertThat(BoundedBody.readExactly(new ByteArrayInputStream(file), 3)).isEqualTo(file);
        assertThat(BoundedBody.readExactly(new ByteArrayInputStream(file), 9)).isEqualTo(file);
        assertThat(BoundedBody.readExactly(new ByteArrayInputStream(file), 2)).isEqualTo(Arrays.copyOf(file, 2));
    }
}
