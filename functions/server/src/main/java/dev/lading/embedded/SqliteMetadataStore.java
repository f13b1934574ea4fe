package dev.lading.embedded;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * All tables in one SQLite table, in write-ahead mode. Reads run beside writes, each on a connection of its own; all
 * writes go through {@link SqliteWriter}.
 */
public final class SqliteMetadataStore implements MetadataStore, AutoCloseable {
    /** Value of {@code PRAGMA user_version}; a server refuses a higher one, as a newer Lading writes it. */
    static final int SCHEMA = 1;

    private static final int READERS = 4;

    /** Limit up to which a query is as quick as one for a single row. */
    private static final int FEW = 100;

    private static final String SELECT = "SELECT sk, doc FROM record WHERE pk = ? AND ";

    private final RowCache cache = new RowCache();
    private final SqliteReaders readers;
    private final SqliteWriter writer;

    public SqliteMetadataStore(Path file, DiskSpace space) throws SQLException, IOException {
        // SQLite gives its log and its index the database's permissions. Source: os_unix.c, findCreateFileMode.
        OwnerOnly.createIfAbsent(file);
        SqliteLibrary.choose();
        Connection connection = connect(file);
        createSchema(connection);
        this.writer = new SqliteWriter(connection, file.resolveSibling(file.getFileName() + "-wal"), space, cache);
        this.readers = new SqliteReaders(READERS, () -> connect(file));
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            // The log is synced before the database at every checkpoint; at commits SqliteWriter does it.
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA wal_autocheckpoint = 4000");
        }
        return connection;
    }

    private static void createSchema(Connection connection) throws SQLException, DataFolder.Unusable {
        try (Statement statement = connection.createStatement()) {
            int found;
            try (ResultSet version = statement.executeQuery("PRAGMA user_version")) {
                found = version.getInt(1);
            }
            if (found > SCHEMA) {
                throw new DataFolder.Unusable("the database has schema " + found + ", this Lading knows " + SCHEMA
                        + "; use the newer Lading that wrote it");
            }
            if (found == SCHEMA) {
                return; // without a write, for which a full disk has no room
            }
            statement.execute("CREATE TABLE IF NOT EXISTS record (pk TEXT NOT NULL, sk TEXT NOT NULL,"
                    + " revision INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID");
            statement.execute("PRAGMA user_version = " + SCHEMA);
        }
    }

    @Override
    public <R> Optional<R> get(Table<R> table, Key key) {
        String partition = table.physicalPartition(key.partition());
        Query exactly = new Query(key.partition(), key.sort(), key.sort(), true, 1, Optional.empty());
        var history = RowCache.History.row(partition, key.sort());
        return cache.get(history, () -> load(table, exactly)).rows().stream()
                .findFirst()
                .map(row -> table.type().cast(row.record()));
    }

    @Override
    public <R> Page<R> query(Table<R> table, Query query) {
        if (RowCache.covers(query)) {
            var history = RowCache.History.of(table.physicalPartition(query.partition()), query.from());
            Query newest = Query.descending(
                    query.partition(), history.name() + "#", history.name() + RowCache.NEWEST, RowCache.ROWS);
            var known = cache.get(history, () -> load(table, newest)).descending(query);
            if (known.isPresent()) {
                return page(table, known.get(), known.get().size() == query.limit());
            }
        }
        Fetched fetched = fetch(table, query);
        return page(table, fetched.rows(), fetched.more());
    }

    /** @param more whether there may be more rows */
    private static <R> Page<R> page(Table<R> table, List<RowCache.Row> rows, boolean more) {
        return new Page<>(
                rows.stream().map(row -> table.type().cast(row.record())).toList(),
                more ? Optional.of(rows.getLast().sort()) : Optional.empty());
    }

    private RowCache.Rows load(Table<?> table, Query query) {
        Fetched fetched = fetch(table, query);
        return new RowCache.Rows(fetched.rows(), !fetched.more(), fetched.bytes());
    }

    private record Fetched(List<RowCache.Row> rows, boolean more, int bytes) {}

    private Fetched fetch(Table<?> table, Query query) {
        SqliteReaders.Read<Fetched> read = connection -> {
            PreparedStatement select = connection.statement(sql(query));
            select.setString(1, table.physicalPartition(query.partition()));
            select.setString(
                    2, query.descending() ? query.from() : query.after().orElse(query.from()));
            select.setString(3, query.descending() ? query.after().orElse(query.to()) : query.to());
            // One more than asked for tells whether there is more.
            select.setLong(4, query.limit() + 1L);
            List<RowCache.Row> rows = new ArrayList<>();
            int bytes = 0;
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    if (rows.size() == query.limit()) {
                        return new Fetched(rows, true, bytes);
                    }
                    byte[] doc = found.getBytes(2);
                    bytes += doc.length;
                    rows.add(new RowCache.Row(found.getString(1), RecordJson.read(table, doc)));
                }
            }
            return new Fetched(rows, false, bytes);
        };
        return query.limit() > FEW ? readers.readMany(read) : readers.read(read);
    }

    private static String sql(Query query) {
        boolean onward = query.after().isPresent();
        return query.descending()
                ? SELECT + "sk >= ? AND sk " + (onward ? "<" : "<=") + " ? ORDER BY sk DESC LIMIT ?"
                : SELECT + "sk " + (onward ? ">" : ">=") + " ? AND sk <= ? ORDER BY sk LIMIT ?";
    }

    @Override
    public boolean write(List<Write> writes) {
        return writes.isEmpty() || writer.write(writes, true);
    }

    @Override
    public boolean writeUnsynced(List<Write> writes) {
        return writes.isEmpty() || writer.write(writes, false);
    }

    @Override
    public void close() throws SQLException, IOException {
        readers.close();
        writer.close();
    }
}
