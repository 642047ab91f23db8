package dev.winnow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.ingest.BodyBudget.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

    @Test
    void refusesInTimeAndTakesBack() {
        BodyBudget budget = new BodyBudget(100, Duration.ofMillis(10));
        try (Lease lease = budget.acquire(60)) {
            assertThatThrownBy(() -> budget.acquire(60)).isInstanceOf(UnavailableException.class);
            lease.shrinkTo(40);
            budget.acquire(60).close();
        }
        assertThat(budget.freeBytes()).isEqualTo(100);
    }

    @Test
    void letsInAloneWhatExceedsTheWhole() {
        BodyBudget budget = new BodyBudget(100, Duration.ofMillis(10));
        try (Lease lease = budget.acquire(Long.MAX_VALUE)) {
            assertThat(budget.freeBytes()).isZero();
            lease.shrinkTo(500);
            assertThat(budget.freeBytes()).isZero();
        }
        assertThat(budget.freeBytes()).isEqualTo(100);
    }

    @Test
    void neverLendsMoreThanItHas() throws Exception {
        BodyBudget budget = new BodyBudget(100, Duration.ofSeconds(30));
        AtomicInteger lent = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> bodies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2000; i++) {
                int share = 1 + i % 60;
                bodies.add(threads.submit(() -> {
                    try (Lease lease = budget.acquire(share)) {
                        most.accumulateAndGet(lent.addAndGet(share), Math::max);
                        lent.addAndGet(-share);
                        lease.shrinkTo(0);
                    }
                }));
            }
        }
        for (Future<?> body : bodies) {
            body.get();
        }
        assertThat(most.get()).isBetween(1, 100);
        assertThat(budget.freeBytes()).isEqualTo(100);
    }
}
