package dev.lading.grant;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.Account;
import dev.lading.account.Group;
import dev.lading.account.Identity;
import dev.lading.account.Revocations;
import dev.lading.account.Robot;
import dev.lading.account.RobotName;
import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteService;
import dev.lading.secret.Seal;
import dev.lading.testing.Accounts;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users may do at a name: by roles, on what they were given them, and by having made its namespace. */
public abstract class GrantContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final RepositoryName NEW = new RepositoryName("team/new");
    private static final RepositoryName ELSEWHERE = new RepositoryName("elsewhere/app");

    private Accounts accounts() {
        return new Accounts(metadata(), clock);
    }

    private UserService users() {
        return accounts().users;
    }

    private GrantService grants() {
        return accounts().grants;
    }

    private NamespaceService namespaces() {
        return accounts().namespaces;
    }

    private User make(String name) {
        return users().create(name, UserProfile.NONE, Optional.empty());
    }

    private String may(Account account, RepositoryName name) {
        NameRights at = accounts().rights.of(account.id()).orElseThrow().at(name);
        return (at.pulls() ? "pull " : "") + (at.pushes() ? "push " : "") + (at.deletes() ? "delete" : "");
    }

    private Target app() {
        return Target.distribution(
                registry().distributions.findAt(APP).orElseThrow().id());
    }

    /** Three private names, two of them in one namespace. */
    private void pushAll() {
        for (RepositoryName name : List.of(APP, OTHER, ELSEWHERE)) {
            registry().pushImage(name, "1");
            registry().restrict(name, true);
        }
    }

    @ParameterizedTest(name = "{0} on {1}: {2} in team/app, {3} in team/other, {4} in team/new, {5} elsewhere")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "namespace_owner           | everything   | pull push delete | pull push delete | pull push delete | pull push delete",
                "namespace_owner           | namespace    | pull push delete | pull push delete | pull push delete | ''",
                "namespace_collaborator    | namespace    | pull push delete | pull push delete | pull push delete | ''",
                "namespace_consumer        | namespace    | pull             | pull             | pull             | ''",
                "namespace_consumer        | everything   | pull             | pull             | pull             | pull",
                "namespace_creator         | everything   | ''               | ''               | ''               | ''",
                "distribution_owner        | distribution | pull push delete | ''               | ''               | ''",
                "distribution_collaborator | distribution | pull push        | ''               | ''               | ''",
                "distribution_consumer     | distribution | pull             | ''               | ''               | ''",
                "distribution_consumer     | everything   | pull             | pull             | ''               | pull",
                "distribution_collaborator | everything   | pull push        | pull push        | ''               | pull push",
                "repository_viewer         | everything   | ''               | ''               | ''               | ''",
                "distribution_creator      | everything   | ''               | ''               | ''               | ''",
            })
    void a_role_allows_what_it_says_where_it_was_given(
            String role, String on, String inApp, String inOther, String inNew, String elsewhere) {
        pushAll();
        User ann = make("ann");
        Target target = switch (on) {
            case "everything" -> Target.EVERYTHING;
            case "namespace" -> Target.namespace("team");
            default -> app();
        };
        grants().give(ann.id(), "container.container" + role, target);

        assertThat(may(ann, APP).strip()).isEqualTo(inApp);
        assertThat(may(ann, OTHER).strip()).isEqualTo(inOther);
        assertThat(may(ann, NEW).strip()).isEqualTo(inNew);
        assertThat(may(ann, ELSEWHERE).strip()).isEqualTo(elsewhere);
        assertThat(may(make("bob"), APP)).isEmpty();
    }

    @Test
    void a_role_is_given_once_and_only_where_it_means_something() {
        pushAll();
        User ann = make("ann");
        String consumer = "container.containerdistribution_consumer";
        Grant grant = grants().give(ann.id(), consumer, app());

        assertThatThrownBy(() -> grants().give(ann.id(), consumer, app())).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> grants().give(ann.id(), consumer, Target.namespace("team")))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("no permission for a namespace");
        assertThatThrownBy(() -> grants().give(ann.id(), "container.root", app()))
                .isInstanceOf(FieldInvalid.class);
        assertThat(grants().givenTo(ann.id())).containsExactly(grant);
        assertThat(grants().on(app())).containsExactly(grant);
        assertThat(grants().find(ann.id(), grant.id())).contains(grant);
    }

    @Test
    void a_role_that_is_taken_counts_for_nothing_and_ends_tokens() {
        pushAll();
        User ann = make("ann");
        Grant grant = grants().give(ann.id(), "container.containerdistribution_consumer", app());
        assertThat(may(ann, APP)).isEqualTo("pull ");
        User holder = users().get(ann.id());

        grants().take(grant);
        grants().take(grant);

        assertThat(may(ann, APP)).isEmpty();
        assertThat(grants().givenTo(ann.id())).isEmpty();
        assertThat(grants().on(app())).isEmpty();
        assertThat(Revocations.read(metadata()).has(Map.of(holder.id(), holder.epoch()), clock.instant()))
                .isTrue();
    }

    @Test
    void of_targets_that_begin_alike_each_has_its_own() {
        pushAll();
        User ann = make("ann");
        grants().give(ann.id(), "container.containernamespace_owner", Target.namespace("tea"));
        assertThat(may(ann, APP)).isEmpty();
        assertThat(grants().on(Target.namespace("team"))).isEmpty();
    }

    @Test
    void a_user_pushes_to_the_namespace_of_their_name_unless_it_was_there() {
        pushAll();
        assertThat(may(make("team"), NEW)).isEmpty();
        assertThat(may(make("team2"), NEW)).isEmpty();

        User ann = make("ann");
        RepositoryName own = new RepositoryName("ann/app");
        assertThat(may(ann, own)).isEqualTo("pull push delete");
        assertThat(may(ann, new RepositoryName("ann"))).isEqualTo("pull push delete");
        assertThat(may(ann, new RepositoryName("other/ann/app"))).isEmpty();

        namespaces().claim(own, ann.id());
        registry().pushImage(own, "1");
        assertThat(may(ann, own)).isEqualTo("pull push delete");
        assertThat(may(make("bob"), own)).isEmpty();
    }

    @Test
    void a_deleted_users_namespace_is_not_that_of_the_next_with_their_name() {
        User first = make("ann");
        RepositoryName own = new RepositoryName("ann/app");
        namespaces().claim(own, first.id());
        users().delete(first.id());
        grants().forget(first.id());

        assertThat(may(make("ann"), own)).isEmpty();
        assertThat(namespaces().find("ann")).get().extracting(Namespace::maker).isEqualTo(Optional.of(first.id()));
    }

    @Test
    void who_may_make_namespaces_owns_those_they_make() {
        pushAll();
        User ann = make("ann");
        RepositoryName made = new RepositoryName("fresh/app");
        grants().give(ann.id(), "container.containernamespace_creator", Target.EVERYTHING);

        assertThat(may(ann, NEW)).isEmpty();
        assertThat(may(ann, made)).isEqualTo("pull push delete");
        namespaces().claim(made, ann.id());
        registry().pushImage(made, "1");
        assertThat(may(ann, made)).isEqualTo("pull push delete");
        assertThat(grants().on(Target.namespace("fresh")))
                .extracting(Grant::user)
                .containsExactly(ann.id());
    }

    /** Even if they are called so, or may make namespaces. */
    @Test
    void nobody_owns_the_caches_of_builds() {
        RepositoryName cache = new RepositoryName(Namespace.BUILD_CACHES + "/app");
        User called = make(Namespace.BUILD_CACHES);
        User ann = make("ann");
        grants().give(ann.id(), "container.containernamespace_creator", Target.EVERYTHING);

        for (User user : List.of(called, ann)) {
            assertThatThrownBy(() -> namespaces().claim(cache, user.id())).isInstanceOf(EntityInUse.class);
            assertThatThrownBy(() -> namespaces().create(Namespace.BUILD_CACHES, Labels.NONE, Optional.of(user.id())))
                    .isInstanceOf(EntityInUse.class);
        }
        registry().pushImage(cache, "1");
        assertThat(may(called, cache)).isEmpty();
        assertThat(may(ann, cache)).isEmpty();
    }

    @Test
    void of_many_who_claim_a_namespace_one_owns_it() {
        RepositoryName name = new RepositoryName("fresh/app");
        User[] wanting = {make("a"), make("b"), make("c"), make("d")};
        together(wanting.length, thread -> namespaces().claim(name, wanting[thread].id()));

        assertThat(grants().on(Target.namespace("fresh"))).hasSize(1);
    }

    @Test
    void namespaces_are_those_that_were_made_and_those_that_paths_are_in() {
        for (String path : new String[] {"a", "a-b/c", "a/b", "a/b/c", "ab", "z/y"}) {
            registry().pushImage(new RepositoryName(path), "1");
        }
        namespaces().create("made", Labels.NONE, Optional.empty());

        assertThat(namespaces().all().map(Namespace::name)).containsExactly("a", "a-b", "ab", "made", "z");
        assertThat(namespaces().find(NamespaceService.id("a-b")).map(Namespace::name))
                .contains("a-b");
        assertThat(namespaces().find("b")).isEmpty();
        assertThatThrownBy(() -> namespaces().create("z", Labels.NONE, Optional.empty()))
                .isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> namespaces().create("a/b", Labels.NONE, Optional.empty()))
                .isInstanceOf(FieldInvalid.class);
    }

    @Test
    void what_a_token_grants_at_a_name_costs_at_most_six_reads() {
        pushAll();
        User team = make("team");
        WatchedMetadataStore watched = watched();
        RightsService rights = new Accounts(watched, clock).rights;
        // Which paths are pulled through is read once in ten seconds.
        rights.of(new Identity(team, List.of(), Optional.empty())).at(NEW);
        watched.restart();

        rights.of(new Identity(team, List.of(), Optional.empty())).at(NEW);

        assertThat(watched.reads()).isLessThanOrEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "aws", "oidc", "anonymous"})
    void nobody_makes_a_namespace_that_stands_for_others(String name) {
        User ann = make("ann");
        grants().give(ann.id(), Role.NAMESPACE_CREATOR, Target.EVERYTHING);

        assertThat(may(ann, new RepositoryName(name + "/app"))).isEmpty();
        assertThat(may(ann, new RepositoryName("free/app"))).isEqualTo("pull push delete");
    }

    private static final String COLLABORATOR = Role.COLLABORATOR;

    @Test
    void a_groups_roles_are_its_users_until_they_leave_or_it_is_gone() {
        pushAll();
        User ann = make("ann");
        User bob = make("bob");
        Group writers = accounts().groups.create("writers");
        grants().give(writers.id(), COLLABORATOR, Target.namespace("team"));
        accounts().groups.add(writers.id(), ann.id());
        accounts().groups.add(writers.id(), bob.id());

        assertThat(may(ann, APP)).isEqualTo("pull push delete");
        assertThat(may(ann, ELSEWHERE)).isEmpty();
        accounts().groups.remove(writers.id(), ann.id());
        assertThat(may(ann, APP)).isEmpty();
        assertThat(may(bob, APP)).isEqualTo("pull push delete");
        // As a process leaves it that dies before it takes the roles.
        accounts().groups.delete(writers.id());
        assertThat(may(bob, APP)).isEmpty();
    }

    @Test
    void what_is_taken_from_a_group_ends_the_tokens_of_its_users() {
        User ann = make("ann");
        Group writers = accounts().groups.create("writers");
        Grant grant = grants().give(writers.id(), COLLABORATOR, Target.namespace("team"));
        accounts().groups.add(writers.id(), ann.id());
        var before = accounts().accounts.usable(ann.id()).orElseThrow().others();
        assertThat(Revocations.read(metadata()).has(before, clock.instant())).isFalse();

        grants().take(grant);

        assertThat(Revocations.read(metadata()).has(before, clock.instant())).isTrue();
        var after = accounts().accounts.usable(ann.id()).orElseThrow().others();
        assertThat(Revocations.read(metadata()).has(after, clock.instant())).isFalse();
        accounts().groups.delete(writers.id());
        assertThat(Revocations.read(metadata()).has(after, clock.instant())).isTrue();
    }

    private Robot robot(Optional<User> maker, String role) {
        return accounts()
                .robots
                .create(
                        RobotName.require("team+ci"),
                        "",
                        Duration.ofDays(90),
                        maker.map(User::id),
                        id -> grants().giving(id, role, Target.namespace("team")))
                .robot();
    }

    @Test
    void a_robot_does_what_it_was_given_and_no_more_than_its_maker() {
        pushAll();
        User ann = make("ann");
        Grant hers = grants().give(ann.id(), "container.containernamespace_consumer", Target.namespace("team"));
        Robot robot = robot(Optional.of(ann), COLLABORATOR);

        assertThat(may(robot, APP).strip()).isEqualTo("pull");
        grants().give(ann.id(), COLLABORATOR, Target.namespace("team"));
        assertThat(may(robot, APP)).isEqualTo("pull push delete");
        assertThat(may(robot, ELSEWHERE)).isEmpty();
        // By another role of hers than the one that it has.
        grants().give(ann.id(), COLLABORATOR, Target.EVERYTHING);
        grants().take(hers);
        assertThat(may(robot, ELSEWHERE)).isEmpty();
        assertThat(may(robot, APP)).isEqualTo("pull push delete");
    }

    @Test
    void a_robot_ends_with_its_maker_and_its_tokens_with_the_makers_roles() {
        User ann = make("ann");
        Group writers = accounts().groups.create("writers");
        Grant grant = grants().give(writers.id(), COLLABORATOR, Target.namespace("team"));
        accounts().groups.add(writers.id(), ann.id());
        Robot robot = robot(Optional.of(ann), COLLABORATOR);
        var others = accounts().accounts.usable(robot.id()).orElseThrow().others();
        assertThat(others).containsOnlyKeys(ann.id(), writers.id());

        grants().take(grant);

        assertThat(Revocations.read(metadata()).has(others, clock.instant())).isTrue();
        users().delete(ann.id());
        assertThat(accounts().accounts.usable(robot.id())).isEmpty();
    }

    @Test
    void an_administrators_robot_does_what_it_was_given() {
        pushAll();
        Robot robot = robot(Optional.empty(), COLLABORATOR);

        assertThat(may(robot, APP)).isEqualTo("pull push delete");
        assertThat(may(robot, ELSEWHERE)).isEmpty();
        clock.advance(Duration.ofDays(90));
        assertThat(accounts().accounts.usable(robot.id())).isEmpty();
    }

    /** A few of many things are seen: what the list reads does not depend on how many there are. */
    @ParameterizedTest
    @ValueSource(ints = {20, 120})
    void a_list_reads_in_proportion_to_what_is_seen(int there) {
        assertThat(registry().distributions.isIndexed()).isTrue();
        User ann = make("ann");
        for (int i = 0; i < there; i++) {
            RepositoryName name = new RepositoryName("many/app-" + i);
            RepositoryId repository = registry()
                    .repositories
                    .create(RepositorySettings.named(name.value()))
                    .id();
            DistributionId id = registry().distributions.newId();
            registry()
                    .distributions
                    .create(
                            id,
                            new DistributionSettings(
                                    name.value(),
                                    name,
                                    Optional.of(repository),
                                    Optional.empty(),
                                    true,
                                    false,
                                    Labels.NONE,
                                    Optional.empty(),
                                    Optional.empty()));
            if (i < 10) {
                grants().give(ann.id(), "container.containerrepository_viewer", Target.repository(repository));
                grants().give(ann.id(), "container.containerdistribution_consumer", Target.distribution(id));
            }
        }
        WatchedMetadataStore watched = watched();
        var accounts = new Accounts(watched, clock);
        Registry services = newRegistry(watched);
        var visible = new VisibleObjects(
                watched,
                accounts.namespaces,
                services.distributions,
                services.repositories,
                new RemoteService(watched, new NoSeal(), clock),
                new PullThroughService(watched, new PullThroughs(watched, clock), clock),
                accounts.groups);

        watched.restart();
        assertThat(visible.distributions(accounts.rights.of(ann.id()).orElseThrow()))
                .hasSize(10);
        assertThat(watched.recordsRead()).isBetween(10, 40);
        watched.restart();
        assertThat(visible.repositories(accounts.rights.of(ann.id()).orElseThrow()))
                .hasSize(10);
        assertThat(watched.recordsRead()).isBetween(10, 60);
    }

    /** For remotes without secrets. */
    private static final class NoSeal implements Seal {
        @Override
        public String seal(String secret, String owner) {
            throw new AssertionError("nothing is sealed here");
        }

        @Override
        public String open(String sealed, String owner) {
            throw new AssertionError("nothing is sealed here");
        }
    }
}
