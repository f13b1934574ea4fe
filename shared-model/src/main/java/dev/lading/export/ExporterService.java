package dev.lading.export;

import dev.lading.export.Exporter.Settings;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.task.TaskId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Exporters, and records of the bundles that they wrote. The files themselves are their owner's. */
public final class ExporterService {
    private final MetadataStore store;
    private final InstantSource clock;

    public ExporterService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @throws FieldInvalid if the name is taken */
    public Exporter create(Settings settings) {
        Instant now = clock.instant();
        var exporter = new Exporter(ExporterId.next(now), settings, now, now, Optional.empty(), 0);
        if (!store.write(
                Write.put(Exporter.TABLE, exporter, Condition.absent()), Exporter.NAMES.claim(exporter.named()))) {
            throw taken(settings.name());
        }
        return exporter;
    }

    public Optional<Exporter> find(ExporterId id) {
        return store.get(Exporter.TABLE, Exporter.key(id));
    }

    public Exporter get(ExporterId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("exporter", id));
    }

    public Optional<Exporter> findNamed(String name) {
        return Exporter.NAMES.find(store, name).flatMap(named -> find(new ExporterId(named.id())));
    }

    /** All exporters, newest first. */
    public Page<Exporter> list(Optional<String> after, int limit) {
        return store.query(Exporter.TABLE, Exporter.newestFirst(limit).after(after));
    }

    /**
     * Changes an exporter. Equal settings are no change.
     *
     * @throws FieldInvalid if the new name is taken
     */
    public Exporter update(ExporterId id, UnaryOperator<Settings> change) {
        return OptimisticRetry.until(clock, () -> {
            Exporter before = get(id);
            Settings settings = change.apply(before.settings());
            if (settings.equals(before.settings())) {
                return Optional.of(before);
            }
            Exporter after = before.with(settings, clock.instant());
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Exporter.TABLE, after, Condition.unchanged(before)));
            writes.addAll(Exporter.NAMES.replace(
                    store, Optional.of(before.named()), Optional.of(after.named()), () -> taken(settings.name())));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /** Deletes an exporter and what is recorded of its bundles; they themselves stay where they are. */
    public void delete(ExporterId id) {
        boolean _ = OptimisticRetry.until(clock, () -> {
            Optional<Exporter> exporter = find(id);
            return exporter.isEmpty()
                            || store.write(
                                    Write.deleteUnchanged(Exporter.TABLE, exporter.get()),
                                    Exporter.NAMES.release(exporter.get().named()))
                    ? Optional.of(true)
                    : Optional.empty();
        });
        // A run that breaks off finds the rest again.
        Page.<WrittenBundle>all((after, limit) -> bundles(id, after, limit)).forEach(this::delete);
    }

    /** Records that a bundle is written. Idempotent; of an exporter that is deleted meanwhile, nothing is recorded. */
    public void written(WrittenBundle bundle) {
        boolean _ = OptimisticRetry.until(clock, () -> {
            Optional<Exporter> exporter = find(bundle.exporter());
            return exporter.isEmpty()
                            || store.write(
                                    Write.put(
                                            Exporter.TABLE,
                                            exporter.get().exported(bundle.id()),
                                            Condition.unchanged(exporter.get())),
                                    Write.put(WrittenBundle.TABLE, bundle))
                    ? Optional.of(true)
                    : Optional.empty();
        });
    }

    /** What an earlier run of a task has left of its bundle. */
    public Optional<BegunBundle> begun(TaskId task) {
        return store.get(BegunBundle.TABLE, BegunBundle.key(task));
    }

    public void keep(BegunBundle bundle) {
        boolean _ = store.write(Write.put(BegunBundle.TABLE, bundle));
    }

    public void forget(BegunBundle bundle) {
        boolean _ = store.write(Write.delete(BegunBundle.TABLE, bundle));
    }

    public Optional<WrittenBundle> findBundle(ExporterId exporter, ExportId id) {
        return store.get(WrittenBundle.TABLE, WrittenBundle.key(exporter, id));
    }

    public WrittenBundle bundle(ExporterId exporter, ExportId id) {
        return findBundle(exporter, id).orElseThrow(() -> new EntityUnknown("export", id));
    }

    /** Bundles of an exporter, newest first. */
    public Page<WrittenBundle> bundles(ExporterId exporter, Optional<String> after, int limit) {
        return store.query(
                WrittenBundle.TABLE, WrittenBundle.newestFirst(exporter, limit).after(after));
    }

    /** Forgets a bundle; the file stays where it is. */
    public void delete(WrittenBundle bundle) {
        boolean _ = store.write(Write.delete(WrittenBundle.TABLE, bundle));
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "there is an exporter '" + name + "' already");
    }
}
