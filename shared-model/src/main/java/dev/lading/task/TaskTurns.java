package dev.lading.task;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.random.Randomness;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The order of tasks in one group. The queue delivers one after another, but a task that leaves its steps to others has
 * not ended with its delivery: it holds the group until then, and those behind it wait here, in order and without a
 * message or a worker. There is no time limit: a turn ends with its task.
 */
final class TaskTurns {
    private static final int MAX_WAITING = 2000;

    private final MetadataStore store;
    private final Consumer<TaskId> deliver;
    private final InstantSource clock;

    /** @param deliver has a task delivered to {@link #enter} again */
    TaskTurns(MetadataStore store, Consumer<TaskId> deliver, InstantSource clock) {
        this.store = store;
        this.deliver = deliver;
        this.clock = clock;
    }

    /**
     * A group that is held, or that tasks wait for.
     *
     * @param holder empty: the first one waiting is next
     * @param waiting tasks in their order; some may have been canceled since
     */
    record Turn(String group, Optional<TaskId> holder, List<TaskId> waiting, long revision) implements Revised {
        static final Table<Turn> TABLE = new Table<>("task-turn", Turn.class, t -> key(t.group()));

        Turn {
            waiting = waiting == null ? List.of() : List.copyOf(waiting);
        }

        static Key key(String group) {
            return new Key(group, "turn");
        }

        /**
         * The first turn of a group. Its revision begins at a random number, so that a group's last turn, which was
         * deleted, is not mistaken for its next.
         */
        static Turn first(Task task) {
            long revision = Randomness.source().nextLong(Long.MAX_VALUE / 2);
            return new Turn(task.request().group(), Optional.of(task.id()), List.of(), revision);
        }

        boolean isHeldBy(TaskId task) {
            return holder.equals(Optional.of(task));
        }

        Turn heldBy(TaskId task) {
            return new Turn(
                    group,
                    Optional.of(task),
                    waiting.stream().filter(other -> !other.equals(task)).toList(),
                    revision + 1);
        }

        Turn waitedForBy(TaskId task) {
            return new Turn(
                    group,
                    holder,
                    Stream.concat(waiting.stream(), Stream.of(task)).toList(),
                    revision + 1);
        }

        Turn left(List<TaskId> stillWaiting) {
            return new Turn(group, Optional.empty(), stillWaiting, revision + 1);
        }
    }

    /**
     * Whether it is the turn of a delivered task; if not, it is delivered again when it is.
     *
     * @throws EntityInUse if too many wait already
     */
    boolean enter(Task task) {
        return OptimisticRetry.until(clock, () -> {
            Optional<Turn> turn = find(task);
            if (turn.isEmpty() || turn.get().isHeldBy(task.id())) {
                return Optional.of(true);
            }
            Optional<TaskId> next = turn.get().holder().filter(this::isLive).or(() -> firstLive(turn.get()));
            if (next.isEmpty() || next.get().equals(task.id())) {
                return put(turn, turn.get().heldBy(task.id()), true);
            }
            if (turn.get().waiting().contains(task.id())) {
                return Optional.of(false);
            }
            if (turn.get().waiting().size() >= MAX_WAITING) {
                throw new EntityInUse("too many tasks on the same are waiting; cancel some");
            }
            return put(turn, turn.get().waitedForBy(task.id()), false);
        });
    }

    /** Keeps the group for a running task beyond its delivery. */
    void hold(Task task) {
        OptimisticRetry.until(clock, () -> {
            Optional<Turn> turn = find(task);
            if (turn.isEmpty()) {
                return put(turn, Turn.first(task), true);
            }
            boolean isTaken = turn.get().holder().filter(this::isLive).isPresent();
            return isTaken ? Optional.of(true) : put(turn, turn.get().heldBy(task.id()), true);
        });
    }

    /** Passes on the turn of a task that has ended, if it was its turn. */
    void leave(Task ended) {
        OptimisticRetry.until(clock, () -> {
            Optional<Turn> turn = find(ended);
            if (turn.isEmpty() || turn.get().holder().filter(this::isLive).isPresent()) {
                return Optional.of(true);
            }
            List<TaskId> waiting = new ArrayList<>(turn.get().waiting());
            while (!waiting.isEmpty() && !isLive(waiting.getFirst())) {
                waiting.removeFirst();
            }
            if (waiting.isEmpty()) {
                return store.write(Write.deleteUnchanged(Turn.TABLE, turn.get()))
                        ? Optional.of(true)
                        : Optional.empty();
            }
            // Before it is stored: a process that dies in between has the next delivered twice, which does no harm.
            deliver.accept(waiting.getFirst());
            return put(turn, turn.get().left(waiting), true);
        });
    }

    private Optional<Turn> find(Task task) {
        return store.get(Turn.TABLE, Turn.key(task.request().group()));
    }

    private Optional<Boolean> put(Optional<Turn> before, Turn after, boolean answer) {
        Condition condition = before.map(Condition::unchanged).orElse(Condition.absent());
        return store.write(Write.put(Turn.TABLE, after, condition)) ? Optional.of(answer) : Optional.empty();
    }

    private Optional<TaskId> firstLive(Turn turn) {
        return turn.waiting().stream().filter(this::isLive).findFirst();
    }

    private boolean isLive(TaskId task) {
        return store.get(Task.TABLE, Task.key(task))
                .filter(found -> !found.state().isFinal())
                .isPresent();
    }
}
