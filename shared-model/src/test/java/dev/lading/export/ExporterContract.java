package dev.lading.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.store.BundleStore.Begun;
import dev.lading.export.Exporter.Settings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Page;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.task.TaskId;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

public abstract class ExporterContract extends ServiceContract {
    private static final RepositoryId REPOSITORY = new RepositoryId(new UUID(1, 2));

    private ExporterService exporters() {
        return new ExporterService(metadata(), clock);
    }

    private static Settings named(String name) {
        return new Settings(name, "monthly", List.of(REPOSITORY));
    }

    private WrittenBundle written(Exporter exporter) {
        clock.advance(Duration.ofSeconds(1));
        Instant now = clock.instant();
        var part = new WrittenBundle.Part(REPOSITORY, Optional.of(3L), 7);
        var bundle = new WrittenBundle(
                exporter.id(), ExportId.next(now), TaskId.next(now), now, List.of(part), "/exports/a.tar", "ab");
        exporters().written(bundle);
        return bundle;
    }

    @Test
    void an_exporter_has_a_name_of_its_own() {
        Exporter first = exporters().create(named("first"));
        clock.advance(Duration.ofSeconds(1));
        Exporter second = exporters().create(named("second"));

        assertThatThrownBy(() -> exporters().create(named("first"))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> exporters().update(second.id(), before -> named("first")))
                .isInstanceOf(FieldInvalid.class);
        assertThat(exporters().list(Optional.empty(), 10).records()).containsExactly(second, first);
        exporters().update(first.id(), before -> named("other"));
        assertThat(exporters().findNamed("first")).isEmpty();
        assertThat(exporters().findNamed("other")).map(Exporter::id).contains(first.id());
        assertThat(exporters().update(second.id(), before -> named("first")).settings())
                .isEqualTo(named("first"));
    }

    @Test
    void what_a_run_left_is_kept_until_it_is_forgotten() {
        TaskId task = TaskId.next(clock.instant());
        Digest list = Digest.of(Digest.SHA256, new byte[0]);
        var first = new BegunBundle(task, "monthly/a.tar", list, new Begun("parts", 10));
        var second = new BegunBundle(task, "monthly/a.tar", list, new Begun("more parts", 20));
        exporters().keep(first);
        exporters().keep(second);

        assertThat(exporters().begun(task)).contains(second);
        exporters().forget(second);
        exporters().forget(second);
        assertThat(exporters().begun(task)).isEmpty();
    }

    @Test
    void what_it_wrote_is_recorded_once_and_forgotten_with_it() {
        Exporter exporter = exporters().create(named("writes"));
        WrittenBundle first = written(exporter);
        WrittenBundle second = written(exporter);
        exporters().written(second);

        assertThat(exporters().get(exporter.id()).lastExport()).contains(second.id());
        assertThat(exporters().bundle(exporter.id(), first.id())).isEqualTo(first);
        Page<WrittenBundle> page = exporters().bundles(exporter.id(), Optional.empty(), 1);
        assertThat(page.records()).containsExactly(second);
        assertThat(exporters().bundles(exporter.id(), page.next(), 10).records())
                .containsExactly(first);
        exporters().delete(first);
        assertThat(exporters().findBundle(exporter.id(), first.id())).isEmpty();

        exporters().delete(exporter.id());
        exporters().delete(exporter.id());
        assertThatThrownBy(() -> exporters().get(exporter.id())).isInstanceOf(EntityUnknown.class);
        assertThat(exporters().bundles(exporter.id(), Optional.empty(), 10).records())
                .isEmpty();
        assertThat(exporters().create(named("writes")).id()).isNotEqualTo(exporter.id());
    }

    @Test
    void what_it_writes_after_it_is_gone_is_not_recorded() {
        Exporter exporter = exporters().create(named("gone"));
        exporters().delete(exporter.id());

        WrittenBundle late = written(exporter);

        assertThat(exporters().findBundle(exporter.id(), late.id())).isEmpty();
    }
}
