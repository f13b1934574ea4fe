package dev.lading.management.resource;

import dev.lading.management.api.Problem;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Does what takes much memory or time for a few requests at once, and refuses more by 429. */
public final class FewAtOnce {
    private static final int TOO_MANY = 429;

    private final Semaphore room;
    private final String refusal;

    /** @param why is said behind the number: what is done already, and when to try again */
    public FewAtOnce(int most, String why) {
        this.room = new Semaphore(most);
        this.refusal = most + " " + why;
    }

    /** What is done. */
    @FunctionalInterface
    public interface Step<T> {
        T run() throws IOException;
    }

    /** @throws Problem if as many are at it as may */
    public <T> T run(Step<T> step) throws IOException {
        if (!room.tryAcquire()) {
            throw Problem.detail(TOO_MANY, refusal);
        }
        try {
            return step.run();
        } finally {
            room.release();
        }
    }
}
