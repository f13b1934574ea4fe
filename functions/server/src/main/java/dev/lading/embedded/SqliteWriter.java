package dev.lading.embedded;

import dev.lading.metadata.Condition;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.StoreBusy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The one thread that writes. Whatever waits when it is free becomes one SQLite transaction, so that many callers share
 * one sync of the log; each is answered once that has happened.
 */
final class SqliteWriter {
    private static final int QUEUE = 4096;
    private static final int GROUP = 256;
    private static final long PATIENCE_SECONDS = 20;

    private final Connection connection;
    private final DiskSpace space;
    private final PreparedStatement find;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final BlockingQueue<Request> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean closing;

    /** One write with its record turned into text by the caller's thread. */
    private record Prepared(Write write, String partition, String sort, long revision, String json) {
        static Prepared of(Write write) {
            String partition = write.table().physicalPartition(write.key().partition());
            Object entry = write instanceof Write.Put<?> put ? put.record() : null;
            return new Prepared(
                    write,
                    partition,
                    write.key().sort(),
                    entry instanceof Revised revised ? revised.revision() : 0,
                    entry == null ? "" : RecordJson.write(entry));
        }
    }

    private record Request(List<Prepared> statements, CompletableFuture<Boolean> answer) {}

    SqliteWriter(Connection connection, DiskSpace space) throws SQLException {
        this.connection = connection;
        this.space = space;
        connection.setAutoCommit(false);
        this.find = connection.prepareStatement("SELECT revision FROM record WHERE pk = ? AND sk = ?");
        this.put = connection.prepareStatement(
                "INSERT OR REPLACE INTO record (pk, sk, revision, doc) VALUES (?, ?, ?, ?)");
        this.delete = connection.prepareStatement("DELETE FROM record WHERE pk = ? AND sk = ?");
        this.thread = Thread.ofPlatform().name("sqlite-writer").daemon().start(this::run);
    }

    boolean write(List<Write> writes) {
        Request request = new Request(writes.stream().map(Prepared::of).toList(), new CompletableFuture<>());
        try {
            if (closing || !queue.offer(request, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreBusy("the database has more to write than it can", Duration.ofSeconds(5));
            }
            return request.answer().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to write", e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void run() {
        List<Request> group = new ArrayList<>(GROUP);
        while (!closing || !queue.isEmpty()) {
            group.clear();
            try {
                Request first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    group.add(first);
                    queue.drainTo(group, GROUP - 1);
                    writeGroup(group);
                }
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    private void writeGroup(List<Request> group) {
        List<Boolean> outcomes = new ArrayList<>(group.size());
        try {
            for (Request request : group) {
                outcomes.add(apply(request));
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            rollback();
            RuntimeException failure = explain(e);
            group.forEach(request -> request.answer().completeExceptionally(failure));
            return;
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().complete(outcomes.get(i));
        }
    }

    /** Conditions are all looked at before anything is changed, so a refused request leaves nothing to undo. */
    private boolean apply(Request request) throws SQLException {
        for (Prepared statement : request.statements()) {
            if (!holds(statement)) {
                return false;
            }
        }
        for (Prepared statement : request.statements()) {
            switch (statement.write()) {
                case Write.Put<?> p -> {
                    bind(put, statement);
                    put.setLong(3, statement.revision());
                    put.setString(4, statement.json());
                    put.executeUpdate();
                }
                case Write.Delete d -> {
                    bind(delete, statement);
                    delete.executeUpdate();
                }
                case Write.Check c -> {}
            }
        }
        return true;
    }

    private boolean holds(Prepared statement) throws SQLException {
        if (statement.write().condition() instanceof Condition.Anything) {
            return true;
        }
        bind(find, statement);
        try (ResultSet row = find.executeQuery()) {
            boolean there = row.next();
            return switch (statement.write().condition()) {
                case Condition.Anything anything -> true;
                case Condition.Absent absent -> !there;
                case Condition.AtRevision at -> there && row.getLong(1) == at.revision();
            };
        }
    }

    private static void bind(PreparedStatement prepared, Prepared statement) throws SQLException {
        prepared.setString(1, statement.partition());
        prepared.setString(2, statement.sort());
    }

    private void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // SQLite has rolled back by itself already.
        }
    }

    private RuntimeException explain(Exception e) {
        try {
            boolean full = e instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
            if (full || (e instanceof SQLException && space.isFull())) {
                return space.full();
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return new IllegalStateException("cannot write to the database", e);
    }

    void close() throws SQLException {
        closing = true;
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        connection.close();
    }
}
