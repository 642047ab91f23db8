package dev.winnow.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartedPartsTest {

    @Test
    void a_part_that_fails_to_stop_does_not_keep_the_others_running() {
        List<String> closed = new ArrayList<>();
        StartedParts parts = new StartedParts();
        parts.add(() -> closed.add("first"));
        parts.add(() -> {
            throw new IOException("second");
        });
        parts.add(() -> {
            throw new InterruptedException();
        });
        parts.add(() -> {
            throw new IllegalStateException("fourth");
        });

        assertThatThrownBy(parts::stop)
                .isInstanceOf(IllegalStateException.class)
                .hasSuppressedException(new IOException("second"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).containsExactly("first");
    }
}
