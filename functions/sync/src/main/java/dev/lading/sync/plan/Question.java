package dev.lading.sync.plan;

import java.util.List;
import java.util.stream.Gatherers;

/** What an upstream is asked, by many threads at once. What is to be done with the answer is done by one. */
@FunctionalInterface
interface Question {
    /** Asks; returns what the answer leads to. */
    Runnable ask();

    /** Has all asked, so many at once, and does what each answer leads to in their order. */
    static void askAll(List<Question> questions, int atOnce, Runnable afterEach) {
        questions.stream()
                .gather(Gatherers.mapConcurrent(atOnce, Question::ask))
                .forEach(then -> {
                    then.run();
                    afterEach.run();
                });
    }
}
