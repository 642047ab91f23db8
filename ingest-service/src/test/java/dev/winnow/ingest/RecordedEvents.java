package dev.winnow.ingest;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Events as they were sent, from a broker that can be taken away. */
public final class RecordedEvents implements ImageEvents {

    public final List<ImageEvent> images = new CopyOnWriteArrayList<>();
    public final List<ImageRejected> rejections = new CopyOnWriteArrayList<>();
    public final List<EmbeddingRemoved> removals = new CopyOnWriteArrayList<>();
    public final AtomicInteger awaited = new AtomicInteger();
    /** How many more publications fail. */
    public final AtomicInteger failures = new AtomicInteger();

    @Override
    public Publication publish(ImageEvent event) {
        return sent(() -> images.add(event));
    }

    @Override
    public Publication publish(ImageRejected rejection) {
        return sent(() -> rejections.add(rejection));
    }

    @Override
    public Publication publish(EmbeddingRemoved removal) {
        return sent(() -> removals.add(removal));
    }

    private Publication sent(Runnable record) {
        boolean fails = failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        if (!fails) {
            record.run();
        }
        return () -> {
            if (fails) {
                throw new UnavailableException("the broker is down");
            }
            awaited.incrementAndGet();
        };
    }
}
