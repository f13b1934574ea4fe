package dev.lading.importer;

import dev.lading.history.RepositorySettings;
import dev.lading.history.SortKeys;
import dev.lading.imports.ImportRequest;
import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Instant;
import java.util.Map;

/**
 * How bundles from another registry are imported.
 *
 * @param updated when the settings were changed last
 */
public record Importer(ImporterId id, Settings settings, Instant created, Instant updated, long revision)
        implements Revised {
    private static final String PARTITION = "all";
    static final Table<Importer> TABLE = Table.audited("importer", Importer.class, each -> key(each.id()));
    static final NameIndex<String, NameIndex.Named> NAMES =
            NameIndex.plain("importer-name", name -> new Key(name, "importer"));

    /** Limit on the characters of all names of repositories: a record has at most 400 KB. */
    private static final int MAX_NAMES = 50_000;

    /**
     * The settings that an administrator gives.
     *
     * @param name unique among importers
     * @param names of repositories here, by those there; others keep theirs
     * @param unsigned whether bundles that nobody signed are taken
     * @param asNewVersion whether the newest version alone is taken, as the next one here
     * @param keepPublic whether distributions that are public there are public here
     */
    public record Settings(
            String name, Map<String, String> names, boolean unsigned, boolean asNewVersion, boolean keepPublic) {
        public Settings {
            RepositorySettings.requireName(name);
            // Empty attributes are not stored.
            names = names == null ? Map.of() : Map.copyOf(names);
            long characters = names.entrySet().stream()
                    .mapToLong(each -> each.getKey().length() + each.getValue().length())
                    .sum();
            if (characters > MAX_NAMES) {
                throw new FieldInvalid("repo_mapping", "Use at most " + MAX_NAMES + " characters for all names.");
            }
        }

        public ImportRequest.Names asNames() {
            return new ImportRequest.Names(names, false);
        }
    }

    static Key key(ImporterId id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, SortKeys.FIRST, SortKeys.LAST, limit);
    }

    NameIndex.Named named() {
        return new NameIndex.Named(settings.name(), id.value());
    }

    Importer with(Settings changed, Instant now) {
        return new Importer(id, changed, created, now, revision + 1);
    }
}
