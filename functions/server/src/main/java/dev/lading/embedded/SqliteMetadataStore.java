package dev.lading.embedded;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * All tables in one SQLite table, in write-ahead mode. Reads go on beside writes, each on a connection of its own; all
 * writes go through {@link SqliteWriter}.
 */
public final class SqliteMetadataStore implements MetadataStore, AutoCloseable {
    /** In {@code PRAGMA user_version}: what a newer Lading must not take for its own. */
    static final int SCHEMA = 1;

    private static final int READERS = 8;
    private static final String SELECT = "SELECT sk, doc FROM record WHERE pk = ? AND ";

    private final SqliteReaders readers;
    private final SqliteWriter writer;

    public SqliteMetadataStore(Path file, DiskSpace space) throws SQLException {
        Connection connection = connect(file);
        createSchema(connection);
        this.writer = new SqliteWriter(connection, space);
        this.readers = new SqliteReaders(READERS, () -> connect(file));
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, new Properties());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            // FULL syncs the log at every commit, before anything is answered.
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA wal_autocheckpoint = 4000");
        }
        return connection;
    }

    private static void createSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int found;
            try (ResultSet version = statement.executeQuery("PRAGMA user_version")) {
                found = version.getInt(1);
            }
            if (found > SCHEMA) {
                throw new SQLException("the database has schema " + found + ", this Lading knows " + SCHEMA
                        + "; use the newer Lading that wrote it");
            }
            statement.execute("CREATE TABLE IF NOT EXISTS record (pk TEXT NOT NULL, sk TEXT NOT NULL,"
                    + " revision INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID");
            statement.execute("PRAGMA user_version = " + SCHEMA);
        }
    }

    @Override
    public <R> Optional<R> get(Table<R> table, Key key) {
        return readers.read(connection -> {
            PreparedStatement select = connection.statement("SELECT doc FROM record WHERE pk = ? AND sk = ?");
            select.setString(1, table.physicalPartition(key.partition()));
            select.setString(2, key.sort());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(RecordJson.read(table, rows.getBytes(1))) : Optional.empty();
            }
        });
    }

    @Override
    public <R> Page<R> query(Table<R> table, Query query) {
        return readers.read(connection -> {
            PreparedStatement select = connection.statement(sql(query));
            select.setString(1, table.physicalPartition(query.partition()));
            select.setString(
                    2, query.descending() ? query.from() : query.after().orElse(query.from()));
            select.setString(3, query.descending() ? query.after().orElse(query.to()) : query.to());
            // One more than asked for tells whether there is more.
            select.setLong(4, query.limit() + 1L);
            List<R> records = new ArrayList<>();
            String last = null;
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (records.size() == query.limit()) {
                        return new Page<>(records, Optional.ofNullable(last));
                    }
                    last = rows.getString(1);
                    records.add(RecordJson.read(table, rows.getBytes(2)));
                }
            }
            return new Page<>(records, Optional.empty());
        });
    }

    private static String sql(Query query) {
        boolean onward = query.after().isPresent();
        return query.descending()
                ? SELECT + "sk >= ? AND sk " + (onward ? "<" : "<=") + " ? ORDER BY sk DESC LIMIT ?"
                : SELECT + "sk " + (onward ? ">" : ">=") + " ? AND sk <= ? ORDER BY sk LIMIT ?";
    }

    @Override
    public boolean write(List<Write> writes) {
        return writes.isEmpty() || writer.write(writes);
    }

    @Override
    public void close() throws SQLException {
        readers.close();
        writer.close();
    }
}
