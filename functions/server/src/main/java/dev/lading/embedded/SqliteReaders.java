package dev.lading.embedded;

import dev.lading.oci.RegistryException.StoreBusy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A fixed pool of connections for reading, with their prepared statements. */
final class SqliteReaders {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingDeque<Reader> idle;
    private final int count;
    private final Semaphore lists;

    /** Opens a connection. */
    interface Connector {
        Connection connect() throws SQLException;
    }

    /** Reads with one connection. */
    interface Read<T> {
        T apply(Reader reader) throws SQLException;
    }

    /** A connection used by one thread at a time. */
    static final class Reader {
        private final Connection connection;
        private final Map<String, PreparedStatement> statements = new HashMap<>();

        Reader(Connection connection) {
            this.connection = connection;
        }

        PreparedStatement statement(String sql) throws SQLException {
            PreparedStatement statement = statements.get(sql);
            if (statement == null) {
                statement = connection.prepareStatement(sql);
                statements.put(sql, statement);
            }
            return statement;
        }
    }

    SqliteReaders(int count, Connector connector) throws SQLException {
        this.count = count;
        this.lists = new Semaphore(Math.max(1, count / 2), true);
        this.idle = new LinkedBlockingDeque<>(count);
        for (int i = 0; i < count; i++) {
            idle.add(new Reader(connector.connect()));
        }
    }

    /** Reads many rows, on at most half of the connections, so that reads of single rows never wait for them. */
    <T> T readMany(Read<T> read) {
        try {
            if (!lists.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreBusy("the database is read by too many at once", Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to read", e);
        }
        try {
            return read(read);
        } finally {
            lists.release();
        }
    }

    <T> T read(Read<T> read) {
        Reader reader = take();
        try {
            return read.apply(reader);
        } catch (SQLException e) {
            // The driver closes a statement that failed.
            reader.statements.clear();
            throw new IllegalStateException("cannot read the database", e);
        } finally {
            // The one used last has the warmest page cache.
            idle.addFirst(reader);
        }
    }

    private Reader take() {
        try {
            Reader reader = idle.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (reader == null) {
                throw new StoreBusy("the database is read by too many at once", Duration.ofSeconds(5));
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to read", e);
        }
    }

    void close() throws SQLException {
        for (int i = 0; i < count; i++) {
            take().connection.close();
        }
    }
}
