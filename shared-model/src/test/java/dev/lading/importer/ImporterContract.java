package dev.lading.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.importer.Importer.Settings;
import dev.lading.metadata.Page;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.task.TaskId;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

public abstract class ImporterContract extends ServiceContract {
    private ImporterService importers() {
        return new ImporterService(metadata(), clock);
    }

    private static Settings named(String name) {
        return new Settings(name, Map.of(), false, false, false);
    }

    private ImportedBundle taken(Importer importer) {
        clock.advance(Duration.ofSeconds(1));
        Instant now = clock.instant();
        var bundle = new ImportedBundle(
                importer.id(), ImportId.next(now), TaskId.next(now), now, "a.tar", true, Optional.of("ab"));
        importers().imported(bundle);
        return bundle;
    }

    @Test
    void an_importer_has_a_name_of_its_own() {
        Importer first = importers().create(named("first"));
        clock.advance(Duration.ofSeconds(1));
        Importer second = importers().create(new Settings("second", Map.of("there", "here"), true, true, true));

        assertThatThrownBy(() -> importers().create(named("first"))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> importers().update(second.id(), before -> named("first")))
                .isInstanceOf(FieldInvalid.class);
        assertThat(importers().list(Optional.empty(), 10).records()).containsExactly(second, first);
        assertThat(importers().update(first.id(), before -> named("first"))).isEqualTo(first);
        importers().update(first.id(), before -> named("other"));
        assertThat(importers().findNamed("first")).isEmpty();
        assertThat(importers().findNamed("other")).map(Importer::id).contains(first.id());
        assertThat(importers().update(second.id(), before -> named("first")).settings())
                .isEqualTo(named("first"));
    }

    @Test
    void what_it_took_is_recorded_once_and_forgotten_with_it() {
        Importer importer = importers().create(named("takes"));
        ImportedBundle first = taken(importer);
        ImportedBundle second = taken(importer);
        importers().imported(second);

        assertThat(importers().bundle(importer.id(), first.id())).isEqualTo(first);
        Page<ImportedBundle> page = importers().imports(importer.id(), Optional.empty(), 1);
        assertThat(page.records()).containsExactly(second);
        assertThat(importers().imports(importer.id(), page.next(), 10).records())
                .containsExactly(first);
        importers().delete(first);
        assertThatThrownBy(() -> importers().bundle(importer.id(), first.id())).isInstanceOf(EntityUnknown.class);

        importers().delete(importer.id());
        importers().delete(importer.id());
        assertThatThrownBy(() -> importers().get(importer.id())).isInstanceOf(EntityUnknown.class);
        assertThat(importers().imports(importer.id(), Optional.empty(), 10).records())
                .isEmpty();
        importers().imported(second);
        assertThat(importers().imports(importer.id(), Optional.empty(), 10).records())
                .isEmpty();
        assertThat(importers().create(named("takes")).id()).isNotEqualTo(importer.id());
    }

    @Test
    void names_fit_into_a_record() {
        assertThatThrownBy(() -> new Settings("large", Map.of("a", "b".repeat(50_000)), false, false, false))
                .isInstanceOf(FieldInvalid.class);
    }
}
