package dev.lading.connection;

import dev.lading.access.Source;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many requests have a worker at a time. Others wait without one, and sources take turns, so that a source
 * with many requests delays only itself.
 */
final class Turns {
    /** Timeout of a turn, longer than any worker waits for the database. */
    private static final long WORKER_MILLIS = 30_000;

    private final int most;

    /** Waiting requests by source, the source whose turn is next first. No queue is empty. Guarded by this. */
    private final Map<Source, Deque<Turn>> waiting = new LinkedHashMap<>();

    private int busy;

    Turns(int most) {
        this.most = most;
    }

    private enum State {
        WAITING,
        UNDER_WAY,
        OVER
    }

    /** The turn of one request. */
    final class Turn {
        private final RoutingContext request;
        private final Context thread = Objects.requireNonNull(Vertx.currentContext());
        private State state = State.WAITING;
        private volatile boolean hasWorker;

        /** Source of a request that waits; most do not, and finding it takes a while. */
        private @Nullable Source source;

        private volatile long timer = -1;

        private Turn(RoutingContext request) {
            this.request = request;
        }

        /** Hands the request on when its turn has come. */
        void begin() {
            request.addEndHandler(ended -> {
                if (ended.succeeded() || !hasWorker || isOver(this)) {
                    end();
                    return;
                }
                // Its worker does not know yet that the client is gone.
                timer = request.vertx().setTimer(WORKER_MILLIS, late -> end());
                if (isOver(this)) {
                    end();
                }
            });
            if (beginsAtOnce(this)) {
                request.next();
            }
        }

        /**
         * Notes that a worker has it: from now on only {@link #end} by that worker, or a long timeout, makes room for
         * another.
         */
        void workerHasIt() {
            hasWorker = true;
        }

        /** Ends the turn: the worker is free again, or the client is gone. */
        void end() {
            leave(this);
            if (timer >= 0) {
                // Otherwise the timer would keep the request, and what was made for it, in memory.
                request.vertx().cancelTimer(timer);
            }
        }
    }

    Turn of(RoutingContext request) {
        return new Turn(request);
    }

    private synchronized boolean isOver(Turn turn) {
        return turn.state == State.OVER;
    }

    private synchronized boolean beginsAtOnce(Turn turn) {
        if (busy == most) {
            Source from = Source.of(turn.request.request());
            turn.source = from;
            waiting.computeIfAbsent(from, source -> new ArrayDeque<>()).add(turn);
            return false;
        }
        busy++;
        turn.state = State.UNDER_WAY;
        return true;
    }

    private synchronized void leave(Turn turn) {
        if (turn.state == State.WAITING) {
            waiting.computeIfPresent(
                    turn.source, (source, turns) -> turns.remove(turn) && turns.isEmpty() ? null : turns);
        } else if (turn.state == State.UNDER_WAY) {
            next();
        }
        turn.state = State.OVER;
    }

    private void next() {
        Iterator<Map.Entry<Source, Deque<Turn>>> first = waiting.entrySet().iterator();
        if (!first.hasNext()) {
            busy--;
            return;
        }
        Map.Entry<Source, Deque<Turn>> entry = first.next();
        Source source = entry.getKey();
        Deque<Turn> turns = entry.getValue();
        first.remove();
        Turn next = turns.remove();
        if (!turns.isEmpty()) {
            waiting.put(source, turns);
        }
        next.state = State.UNDER_WAY;
        next.thread.runOnContext(free -> next.request.next());
    }
}
