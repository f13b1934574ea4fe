package dev.lading.embedded;

import dev.lading.metadata.Condition;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.StoreBusy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteErrorCode;

/**
 * The one connection that writes, with group commit. A transaction is applied under one lock and made durable under
 * another: the holder of the second syncs the log once for all transactions applied so far, while the next ones are
 * applied already.
 *
 * <p>SQLite's own sync at commit would hold up the next writer and sync the file's times with it; ours is an
 * {@code fdatasync} of the same log. Locks of SQLite are on the other two files, so the extra descriptor does not
 * disturb them. Source: sqlite.org/wal.html, "Performance Considerations"; sqlite.org/howtocorrupt.html, section 2.2.
 */
final class SqliteWriter {
    private static final long PATIENCE_SECONDS = 20;
    private static final long LOCKED_NANOS = 500_000;

    private final Connection connection;
    private final DiskSpace space;
    private final RowCache cache;
    private final FileChannel log;
    /** Used and replaced under {@link #applying}. */
    private PreparedStatement find;

    private PreparedStatement put;
    private PreparedStatement delete;

    private final ReentrantLock applying = new ReentrantLock(true);
    private final ReentrantLock syncing = new ReentrantLock();
    private final AtomicLong applied = new AtomicLong();

    /** Guarded by {@link #syncing} for writes. */
    private volatile long synced;

    /** A write with its record serialized before any lock is taken. */
    private record Row(Write write, String partition, String sort, long revision, String json) {
        static Row of(Write write) {
            Object entry = write instanceof Write.Put<?> put ? put.record() : null;
            return new Row(
                    write,
                    write.table().physicalPartition(write.key().partition()),
                    write.key().sort(),
                    entry instanceof Revised revised ? revised.revision() : 0,
                    entry == null ? "" : RecordJson.write(entry));
        }
    }

    /** @param logFile the write-ahead log of {@code connection}'s database */
    SqliteWriter(Connection connection, Path logFile, DiskSpace space, RowCache cache)
            throws SQLException, IOException {
        this.connection = connection;
        this.space = space;
        this.cache = cache;
        this.log = FileChannel.open(logFile, StandardOpenOption.WRITE);
        connection.setAutoCommit(false);
        prepare();
    }

    private void prepare() throws SQLException {
        find = connection.prepareStatement("SELECT revision FROM record WHERE pk = ? AND sk = ?");
        put = connection.prepareStatement("INSERT OR REPLACE INTO record (pk, sk, revision, doc) VALUES (?, ?, ?, ?)");
        delete = connection.prepareStatement("DELETE FROM record WHERE pk = ? AND sk = ?");
    }

    /** @param durable whether to return only when the log is synced */
    boolean write(List<Write> writes, boolean durable) {
        List<Row> rows = writes.stream().map(Row::of).toList();
        try {
            long number = apply(rows);
            if (number > 0 && durable) {
                sync(number);
            }
            return number > 0;
        } catch (SQLException | IOException e) {
            throw explain(e);
        }
    }

    /**
     * The transaction's number, or 0 if a condition did not hold. A reader that meets the log's index half written
     * reads again as the writer; that takes a moment, for which SQLite does not wait once a transaction has read.
     * Source: wal.c, walIndexReadHdr.
     */
    private long apply(List<Row> rows) throws SQLException {
        lock(applying);
        try {
            long began = System.nanoTime();
            while (true) {
                try {
                    return applyOnce(rows);
                } catch (SQLException | RuntimeException e) {
                    recover(e);
                    if (!isLocked(e) || System.nanoTime() - began > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                        throw e;
                    }
                }
                LockSupport.parkNanos(LOCKED_NANOS);
            }
        } finally {
            applying.unlock();
        }
    }

    private long applyOnce(List<Row> rows) throws SQLException {
        for (Row row : rows) {
            if (!holds(row)) {
                connection.rollback();
                return 0;
            }
        }
        for (Row row : rows) {
            change(row);
        }
        cache.changing(rows.stream()
                .filter(row -> !(row.write() instanceof Write.Check))
                .flatMap(row -> RowCache.histories(row.partition(), row.sort())));
        try {
            connection.commit();
            rows.forEach(this::tellCache);
        } finally {
            cache.changed();
        }
        return applied.incrementAndGet();
    }

    private static boolean isLocked(Exception failure) {
        return failure instanceof SQLException e && e.getErrorCode() == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    private void tellCache(Row row) {
        switch (row.write()) {
            case Write.Put<?> put ->
                cache.wrote(
                        row.partition(),
                        row.sort(),
                        Optional.of(new RowCache.Row(row.sort(), put.record())),
                        row.json().length());
            case Write.Delete delete -> cache.wrote(row.partition(), row.sort(), Optional.empty(), 0);
            case Write.Check check -> {}
        }
    }

    private void sync(long number) throws IOException {
        if (synced >= number) {
            return;
        }
        lock(syncing);
        try {
            if (synced < number) {
                long upTo = applied.get();
                log.force(false);
                synced = upTo;
            }
        } finally {
            syncing.unlock();
        }
    }

    private static void lock(ReentrantLock lock) {
        try {
            if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreBusy("the database has more to write than it can", Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to write", e);
        }
    }

    private boolean holds(Row row) throws SQLException {
        if (row.write().condition() instanceof Condition.Anything) {
            return true;
        }
        bind(find, row);
        try (ResultSet found = find.executeQuery()) {
            boolean there = found.next();
            return switch (row.write().condition()) {
                case Condition.Anything anything -> true;
                case Condition.Absent absent -> !there;
                case Condition.Present present -> there;
                case Condition.AtRevision at -> there && found.getLong(1) == at.revision();
            };
        }
    }

    private void change(Row row) throws SQLException {
        switch (row.write()) {
            case Write.Put<?> p -> {
                bind(put, row);
                put.setLong(3, row.revision());
                put.setString(4, row.json());
                put.executeUpdate();
            }
            case Write.Delete d -> {
                bind(delete, row);
                delete.executeUpdate();
            }
            case Write.Check c -> {}
        }
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        statement.setString(1, row.partition());
        statement.setString(2, row.sort());
    }

    /**
     * Prepares the connection for the next transaction. When a disk is full SQLite rolls back by itself, after which
     * the driver begins no transaction, and it closes the statement that failed.
     */
    private void recover(Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException alreadyDone) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN");
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        for (PreparedStatement statement : List.of(find, put, delete)) {
            try {
                statement.close();
            } catch (SQLException e) {
                // Closing one reports the failure again.
                failure.addSuppressed(e);
            }
        }
        try {
            prepare();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private RuntimeException explain(Exception e) {
        try {
            if (space.explains(e)) {
                return space.full();
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return new IllegalStateException("cannot write to the database", e);
    }

    void close() throws SQLException, IOException {
        lock(applying);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            log.close();
            connection.close();
        } finally {
            applying.unlock();
        }
    }
}
