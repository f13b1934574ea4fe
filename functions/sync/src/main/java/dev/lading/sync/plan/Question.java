package dev.lading.sync.plan;

import java.util.List;
import java.util.stream.Gatherers;

/** A request to an upstream, sent from many threads at once. Answers are handled by a single one. */
@FunctionalInterface
interface Question {
    /** Sends the request; returns the handling of its answer. */
    Runnable ask();

    /** Sends all questions, {@code atOnce} at a time, and handles the answers in order. */
    static void askAll(List<Question> questions, int atOnce, Runnable afterEach) {
        questions.stream()
                .gather(Gatherers.mapConcurrent(atOnce, Question::ask))
                .forEach(then -> {
                    then.run();
                    afterEach.run();
                });
    }
}
