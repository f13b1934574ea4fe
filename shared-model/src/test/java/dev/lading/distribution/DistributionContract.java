package dev.lading.distribution;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.Sponsor;
import dev.lading.audit.Acting;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.metadata.Page;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteId;
import dev.lading.repository.RepositoryService;
import dev.lading.schedule.SyncSchedule;
import dev.lading.testing.Bytes;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Repositories and distributions as administrators create, change and delete them. */
public abstract class DistributionContract extends ServiceContract {
    private static final RepositoryName NESTED = new RepositoryName("team/app/nested");

    @Test
    void a_push_to_a_new_name_makes_a_repository_and_a_distribution() {
        registry().pushImage(APP, "tag");
        Distribution distribution = registry().distributions.findAt(APP).orElseThrow();
        assertThat(registry().distributions.findNamed(APP.value())).contains(distribution);
        assertThat(distribution.id().value().version()).isEqualTo(7);
        Repository repository = registry().repositories.findNamed(APP.value()).orElseThrow();
        assertThat(repository.id().value().version()).isEqualTo(7);
        assertThat(distribution.settings().repository()).contains(repository.id());
        assertThat(repository.version()).isEqualTo(1);
    }

    @Test
    void what_was_created_is_read_back() {
        Map<String, String> labels = new HashMap<>(Map.of("empty", "", "stage", "prod"));
        labels.put("none", null);
        var settings = new RepositorySettings(
                "Some name, 名前 😀",
                Optional.of("two\nlines"),
                new Labels(labels),
                Optional.of(3),
                Optional.of(new RemoteId(UUID.randomUUID())),
                Optional.of(SyncSchedule.parse(
                        "cron(0 6 ? * MON#1 *)", "Europe/Berlin", clock.instant(), true, false, false)),
                Optional.of(new Sponsor(Optional.empty())));
        Repository created = registry().repositories.create(settings);
        assertThat(registry().repositories.get(created.id())).isEqualTo(created);
        assertThat(created.settings()).isEqualTo(settings);
        assertThat(registry().repositories.findNamed(settings.name())).contains(created);
        assertThat(registry().repositories.list(Optional.empty(), 10).records()).containsExactly(created);
    }

    @Test
    void a_repositorys_name_is_unique_and_can_be_changed() {
        Repository one = registry().repositories.create(RepositorySettings.named("one"));
        Repository two = registry().repositories.create(RepositorySettings.named("two"));
        assertThatThrownBy(() -> registry().repositories.create(RepositorySettings.named("one")))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("name"));
        assertThatThrownBy(() -> registry().repositories.update(two.id(), s -> RepositorySettings.named("one")))
                .isInstanceOf(FieldInvalid.class);
        clock.advance(Duration.ofSeconds(5));
        Repository renamed = registry().repositories.update(one.id(), s -> RepositorySettings.named("1"));
        assertThat(renamed.updated()).isAfter(renamed.created());
        assertThat(registry().repositories.findNamed("one")).isEmpty();
        assertThat(registry().repositories.findNamed("1")).contains(renamed);
        registry().repositories.create(RepositorySettings.named("one"));
    }

    @Test
    void repositories_are_listed_page_by_page() {
        for (int i = 0; i < 7; i++) {
            registry().repositories.create(RepositorySettings.named("r" + i));
        }
        List<String> names = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Repository> page = registry().repositories.list(after, 3);
            page.records().forEach(r -> names.add(r.settings().name()));
            after = page.next();
        } while (after.isPresent());
        assertThat(names).containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6");
    }

    @Test
    void creating_again_with_the_same_id_makes_no_other() {
        DistributionId id = registry().distributions.newId();
        DistributionSettings settings = settings("once", APP, Optional.empty());
        Distribution made = registry().distributions.create(id, settings);
        assertThat(registry().distributions.create(id, settings)).isEqualTo(made);
        assertThatThrownBy(() -> create(settings)).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void base_paths_and_names_of_distributions_are_unique_and_may_be_nested() {
        registry().pushImage(APP, "tag");
        registry().pushImage(NESTED, "tag");
        assertThatThrownBy(() -> create(settings("other", APP, Optional.empty())))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("base_path"));
        assertThatThrownBy(() -> create(settings(APP.value(), new RepositoryName("x"), Optional.empty())))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("name"));
    }

    @Test
    void a_distribution_changes_what_is_pulled_at_the_next_pull() {
        registry().pushImage(APP, "one");
        registry().pushImage(NESTED, "nested");
        RepositoryId app = registry().view(APP).repository();
        RepositoryId nested = registry().view(NESTED).repository();
        var alias = new RepositoryName("alias");
        Distribution distribution = create(settings("alias", alias, Optional.of(app)));
        registry().pushImage(APP, "two");
        assertThat(registry().tags(alias)).containsExactly("one", "two");

        registry().distributions.update(distribution.id(), s -> s.pinnedTo(app, 1));
        assertThat(registry().tags(alias)).containsExactly("one");
        registry().pushImage(APP, "three");
        assertThat(registry().tags(alias)).containsExactly("one");

        registry().distributions.update(distribution.id(), s -> s.serving(nested));
        assertThat(registry().tags(alias)).containsExactly("nested");
        registry().pushImage(APP, "four");
        registry().pushImage(NESTED, "more");
        assertThat(registry().tags(alias)).containsExactly("more", "nested");

        registry().distributions.update(distribution.id(), DistributionSettings::servingNothing);
        assertThat(registry().repositories.find(alias)).isEmpty();
        registry().distributions.delete(distribution.id());
        assertThat(registry().distributions.findAt(alias)).isEmpty();
        registry().pushImage(NESTED, "last");
    }

    @Test
    void a_moved_base_path_is_pulled_where_it_is_now() {
        registry().pushImage(APP, "tag");
        Distribution distribution = registry().distributions.findAt(APP).orElseThrow();
        var moved = new RepositoryName("moved");
        registry()
                .distributions
                .update(
                        distribution.id(),
                        s -> settings("moved", moved, distribution.settings().repository()));
        assertThat(registry().repositories.find(APP)).isEmpty();
        registry().pushImage(moved, "again");
        assertThat(registry().tags(moved)).containsExactly("again", "tag");
        registry().pushImage(APP, "new");
        assertThat(registry().tags(APP)).containsExactly("again", "new", "tag");
    }

    @Test
    void a_push_to_a_distribution_without_a_repository_gives_it_one() {
        Distribution made = create(settings("empty", APP, Optional.empty()));
        registry().pushImage(APP, "tag");
        assertThat(registry().distributions.get(made.id()).settings().repository())
                .contains(registry().view(APP).repository());
    }

    @Test
    void only_what_is_there_can_be_pinned() {
        registry().pushImage(APP, "tag");
        RepositoryId app = registry().view(APP).repository();
        Distribution distribution = registry().distributions.findAt(APP).orElseThrow();
        assertThatThrownBy(() -> registry().distributions.update(distribution.id(), s -> s.pinnedTo(app, 2)))
                .isInstanceOf(EntityUnknown.class);
        assertThat(registry().tags(APP)).containsExactly("tag");
    }

    @Test
    void whether_a_name_is_restricted_comes_with_the_first_read() {
        registry().pushImage(APP, "tag");
        Distribution distribution = registry().distributions.findAt(APP).orElseThrow();
        assertThat(registry().view(APP).isRestricted()).isFalse();
        registry().restrict(distribution.settings().basePath(), true);
        assertThat(registry().view(APP).isRestricted()).isTrue();
        registry().pushImage(APP, "more");
        assertThat(registry().view(APP).isRestricted()).isTrue();
    }

    @Test
    void restricted_names_are_listed_where_asked_for_and_leave_no_gap() {
        List<RepositoryName> names =
                Stream.of("a", "b", "c", "d", "e").map(RepositoryName::new).toList();
        names.forEach(name -> registry().pushBlob(name, Bytes.random(9)));
        for (int i : new int[] {1, 2, 4}) {
            registry().restrict(names.get(i), true);
        }

        var open = registry().distributions.basePaths(Optional.empty(), 1, false);
        assertThat(open).isEqualTo(new Listing<>(List.of(names.get(0)), true));
        open = registry().distributions.basePaths(Optional.of(names.get(0)), 1, false);
        assertThat(open).isEqualTo(new Listing<>(List.of(names.get(3)), false));
        assertThat(registry().distributions.basePaths(Optional.empty(), 5, true))
                .isEqualTo(new Listing<>(names, false));
        registry().restrict(names.get(1), false);
        assertThat(registry()
                        .distributions
                        .basePaths(Optional.empty(), 5, false)
                        .entries())
                .containsExactly(names.get(0), names.get(1), names.get(3));
    }

    @Test
    void a_deleted_repository_is_pulled_nowhere_and_its_names_are_free() {
        registry().pushImage(APP, "old");
        Repository old = registry().repositories.findNamed(APP.value()).orElseThrow();
        registry().repositories.delete(old.id());
        assertThat(registry().repositories.find(APP)).isEmpty();
        assertThat(registry().repositories.find(old.id())).isEmpty();
        assertThat(registry().distributions.findAt(APP).orElseThrow().settings().repository())
                .isEmpty();
        registry().pushImage(APP, "new");
        assertThat(registry().tags(APP)).containsExactly("new");
    }

    @Test
    void one_name_made_at_once_is_one_distribution() {
        together(8, thread -> newRegistry(metadata()).pushImage(APP, "t" + thread));
        assertThat(registry().distributions.list(Optional.empty(), 10).records())
                .hasSize(1);
        assertThat(registry().tags(APP)).hasSize(8);
    }

    private Distribution create(DistributionSettings settings) {
        return registry().distributions.create(registry().distributions.newId(), settings);
    }

    private static DistributionSettings settings(
            String name, RepositoryName basePath, Optional<RepositoryId> repository) {
        return new DistributionSettings(
                name,
                basePath,
                repository,
                Optional.empty(),
                false,
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty());
    }

    private List<String> publicPaths() {
        return BasePathIndex.publicPaths(metadata())
                .map(entry -> entry.basePath().value())
                .toList();
    }

    @Test
    void public_paths_follow_what_is_made_changed_and_deleted() {
        assertThat(registry().distributions.isIndexed()).isTrue();
        registry().pushImage(APP, "1");
        registry().pushImage(NESTED, "1");
        assertThat(publicPaths()).containsExactly("team/app", "team/app/nested");

        registry().restrict(APP, true);
        assertThat(publicPaths()).containsExactly("team/app/nested");
        registry().restrict(APP, false);
        assertThat(publicPaths()).containsExactly("team/app", "team/app/nested");
        registry()
                .distributions
                .delete(registry().distributions.findAt(NESTED).orElseThrow().id());
        assertThat(publicPaths()).containsExactly("team/app");
        assertThat(registry()
                        .distributions
                        .basePaths(Optional.empty(), 10, false)
                        .entries())
                .containsExactly(APP);
    }

    @Test
    void public_paths_of_a_table_of_an_earlier_build_are_indexed_once() {
        registry().pushImage(APP, "1");
        registry().pushImage(NESTED, "1");
        registry().restrict(NESTED, true);
        BasePathIndex.publicPaths(metadata()).forEach(entry -> metadata().write(BasePathIndex.forgetting(entry)));
        assertThat(publicPaths()).containsExactly("team/app");
        assertThat(registry().distributions.isIndexed()).isFalse();

        registry().distributions.index(done -> assertThat(done).isEqualTo(1));

        assertThat(registry().distributions.isIndexed()).isTrue();
        assertThat(publicPaths()).containsExactly("team/app");
    }

    @Test
    void a_push_makes_what_new_names_are() {
        var repositories = new RepositoryService(metadata(), clock, NewNames.PRIVATE, Acting.NOBODY);
        assertThat(registry().distributions.isIndexed()).isTrue();

        repositories.getOrCreate(APP);

        assertThat(registry().distributions.findAt(APP).orElseThrow().settings().restricted())
                .isTrue();
        assertThat(publicPaths()).isEmpty();
        assertThat(repositories.pull(APP).isRestricted()).isTrue();
    }
}
