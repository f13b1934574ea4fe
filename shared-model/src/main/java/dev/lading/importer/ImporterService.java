package dev.lading.importer;

import dev.lading.importer.Importer.Settings;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Importers, and records of the bundles that they took. */
public final class ImporterService {
    private final MetadataStore store;
    private final InstantSource clock;

    public ImporterService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @throws FieldInvalid if the name is taken */
    public Importer create(Settings settings) {
        Instant now = clock.instant();
        var importer = new Importer(ImporterId.next(now), settings, now, now, 0);
        if (!store.write(
                Write.put(Importer.TABLE, importer, Condition.absent()), Importer.NAMES.claim(importer.named()))) {
            throw taken(settings.name());
        }
        return importer;
    }

    public Optional<Importer> find(ImporterId id) {
        return store.get(Importer.TABLE, Importer.key(id));
    }

    public Importer get(ImporterId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("importer", id));
    }

    public Optional<Importer> findNamed(String name) {
        return Importer.NAMES.find(store, name).flatMap(named -> find(new ImporterId(named.id())));
    }

    /** All importers, newest first. */
    public Page<Importer> list(Optional<String> after, int limit) {
        return store.query(Importer.TABLE, Importer.newestFirst(limit).after(after));
    }

    /**
     * Changes an importer. Equal settings are no change.
     *
     * @throws FieldInvalid if the new name is taken
     */
    public Importer update(ImporterId id, UnaryOperator<Settings> change) {
        return OptimisticRetry.until(clock, () -> {
            Importer before = get(id);
            Importer after = before.with(change.apply(before.settings()), clock.instant());
            if (after.settings().equals(before.settings())) {
                return Optional.of(before);
            }
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Importer.TABLE, after, Condition.unchanged(before)));
            writes.addAll(Importer.NAMES.replace(
                    store,
                    Optional.of(before.named()),
                    Optional.of(after.named()),
                    () -> taken(after.settings().name())));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /** Deletes an importer and what is recorded of its imports; what was imported stays. */
    public void delete(ImporterId id) {
        // First its imports: a deletion that breaks off is repeated as long as the importer is there.
        forgetImports(id);
        boolean _ = OptimisticRetry.until(clock, () -> {
            Optional<Importer> importer = find(id);
            return importer.isEmpty()
                            || store.write(
                                    Write.deleteUnchanged(Importer.TABLE, importer.get()),
                                    Importer.NAMES.release(importer.get().named()))
                    ? Optional.of(true)
                    : Optional.empty();
        });
        forgetImports(id);
    }

    private void forgetImports(ImporterId id) {
        Page.<ImportedBundle>all((after, limit) -> imports(id, after, limit)).forEach(this::delete);
    }

    /** Records an import that is done. Idempotent; of an importer that is deleted meanwhile, nothing is recorded. */
    public void imported(ImportedBundle bundle) {
        boolean _ = OptimisticRetry.until(clock, () -> {
            Optional<Importer> importer = find(bundle.importer());
            return importer.isEmpty()
                            || store.write(
                                    Write.checkUnchanged(Importer.TABLE, importer.get()),
                                    Write.put(ImportedBundle.TABLE, bundle))
                    ? Optional.of(true)
                    : Optional.empty();
        });
    }

    public ImportedBundle bundle(ImporterId importer, ImportId id) {
        return store.get(ImportedBundle.TABLE, ImportedBundle.key(importer, id))
                .orElseThrow(() -> new EntityUnknown("import", id));
    }

    /** Imports of an importer, newest first. */
    public Page<ImportedBundle> imports(ImporterId importer, Optional<String> after, int limit) {
        return store.query(
                ImportedBundle.TABLE,
                ImportedBundle.newestFirst(importer, limit).after(after));
    }

    /** Forgets an import; what was imported stays. */
    public void delete(ImportedBundle bundle) {
        boolean _ = store.write(Write.delete(ImportedBundle.TABLE, bundle));
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "there is an importer '" + name + "' already");
    }
}
