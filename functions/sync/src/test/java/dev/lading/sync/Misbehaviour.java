package dev.lading.sync;

import dev.lading.oci.Digest;
import dev.lading.sync.run.SyncRequest;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A fault of an upstream, and what a mirror is to make of it.
 *
 * @param words that the task has to report
 * @param gone tags that must be missing afterwards
 * @param extra tags that must be there, too
 */
record Misbehaviour(
        String what,
        Outcome outcome,
        List<String> words,
        Consumer<Scene> begin,
        UnaryOperator<Remotes> remote,
        UnaryOperator<SyncRequest> request,
        List<String> gone,
        List<String> extra) {
    enum Outcome {
        /** All of the upstream's content is there, and what it no longer has is gone. */
        KEPT,
        /** As {@link #KEPT}, except for what the row names. */
        LEFT_OUT,
        /** Nothing is changed. */
        FAILED
    }

    /**
     * The upstream's content: tag {@code v1}, with a signature by its tag and a referrer; {@code v3}, which is new, and
     * {@code multi}, on an index of one child. {@code v2} was there before.
     */
    record Scene(FaultyUpstream upstream, Digest v1, Digest v3, Digest index, Digest child, Digest referrer) {
        String signature() {
            return "sha256-" + v1.hex() + ".sig";
        }

        void tagList(String json) {
            upstream.fault("tags/list", reply -> Reply.json(200, json));
        }

        /** Adds a name to the list. */
        void listed(String name) {
            tagList("{\"tags\":[\"v1\",\"v3\",\"multi\",\"" + signature() + "\",\"" + name + "\"]}");
        }

        void answer(String requests, int status) {
            upstream.fault(requests, reply -> Reply.error(status, "DENIED"));
        }

        void once(String requests, int status) {
            upstream.fault(requests, 1, reply -> Reply.of(status));
        }

        /** Serves a document under a tag or digest. */
        void manifest(Object reference, String type, String document) {
            upstream.fault(
                    "manifests/" + reference, reply -> Reply.of(200, document).with("Content-Type", type));
        }
    }

    private static Misbehaviour row(Outcome outcome, String what, Consumer<Scene> begin, String... words) {
        return new Misbehaviour(
                what,
                outcome,
                List.of(words),
                begin,
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                List.of(),
                List.of());
    }

    static Misbehaviour kept(String what, Consumer<Scene> begin) {
        return row(Outcome.KEPT, what, begin);
    }

    static Misbehaviour leftOut(String what, Consumer<Scene> begin, String... words) {
        return row(Outcome.LEFT_OUT, what, begin, words);
    }

    static Misbehaviour failed(String what, Consumer<Scene> begin, String... words) {
        return row(Outcome.FAILED, what, begin, words);
    }

    Misbehaviour of(UnaryOperator<Remotes> other) {
        return new Misbehaviour(what, outcome, words, begin, other, request, gone, extra);
    }

    Misbehaviour when(UnaryOperator<SyncRequest> other) {
        return new Misbehaviour(what, outcome, words, begin, remote, other, gone, extra);
    }

    Misbehaviour without(String... tags) {
        return new Misbehaviour(what, outcome, words, begin, remote, request, List.of(tags), extra);
    }

    Misbehaviour with(String... tags) {
        List<String> more = new ArrayList<>(extra);
        more.addAll(List.of(tags));
        return new Misbehaviour(what, outcome, words, begin, remote, request, gone, more);
    }
}
