package dev.lading.export;

import dev.lading.history.RepositorySettings;
import dev.lading.history.SortKeys;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which repositories are exported to which folder.
 *
 * @param updated when the settings were changed last
 * @param lastExport the last bundle that it wrote
 */
public record Exporter(
        ExporterId id,
        Settings settings,
        Instant created,
        Instant updated,
        Optional<ExportId> lastExport,
        long revision)
        implements Revised {
    private static final String PARTITION = "all";
    static final Table<Exporter> TABLE = Table.audited("exporter", Exporter.class, each -> key(each.id()));
    static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("exporter-name", name -> new Key(name, "exporter"));

    /**
     * The settings that an administrator gives.
     *
     * @param name unique among exporters
     * @param path of the folder that bundles are written to
     */
    public record Settings(String name, String path, List<RepositoryId> repositories) {
        public Settings {
            RepositorySettings.requireName(name);
            repositories = List.copyOf(repositories);
        }
    }

    static Key key(ExporterId id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, SortKeys.FIRST, SortKeys.LAST, limit);
    }

    NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }

    Exporter with(Settings changed, Instant now) {
        return new Exporter(id, changed, created, now, lastExport, revision + 1);
    }

    Exporter exported(ExportId last) {
        return new Exporter(id, settings, created, updated, Optional.of(last), revision + 1);
    }
}
