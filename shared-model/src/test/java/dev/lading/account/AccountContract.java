package dev.lading.account;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.metadata.NameRange;
import dev.lading.metadata.Page;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.password.RobotSecret;
import dev.lading.testing.Accounts;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of users, and robots with their secrets. */
public abstract class AccountContract extends ServiceContract {
    private static final RobotName CI = RobotName.require("team+ci");
    private static final Duration DAYS = Duration.ofDays(90);

    private Accounts accounts() {
        return new Accounts(metadata(), clock);
    }

    private GroupService groups() {
        return accounts().groups;
    }

    private RobotService robots() {
        return accounts().robots;
    }

    private User user(String name) {
        return accounts().users.create(name, UserProfile.NONE, Optional.empty());
    }

    private RobotService.WithSecret robot() {
        return robots().create(CI, "builds", DAYS, Optional.empty(), id -> List.of());
    }

    @Test
    void groups_are_found_by_id_and_by_name_and_listed_by_name() {
        Group writers = groups().create("writers of 名前");
        Group admins = groups().create("Admins");

        assertThat(groups().get(writers.id())).isEqualTo(writers);
        assertThat(groups().findNamed("writers of 名前")).contains(writers);
        assertThat(Page.all(groups()::list)).containsExactly(admins, writers);
        assertThatThrownBy(() -> groups().create("Admins")).isInstanceOf(FieldInvalid.class);
        assertThat(groups().rename(admins.id(), "admins").name()).isEqualTo("admins");
        assertThat(groups().findNamed("Admins")).isEmpty();
        assertThatThrownBy(() -> groups().rename(writers.id(), "admins")).isInstanceOf(FieldInvalid.class);
        assertThat(groups().delete(admins.id())).isTrue();
        assertThat(groups().delete(admins.id())).isFalse();
        assertThatThrownBy(() -> groups().get(admins.id())).isInstanceOf(EntityUnknown.class);
        assertThat(groups().create("admins").id()).isNotEqualTo(admins.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a ", " a", "a\nb", "a\u0000b"})
    void no_group_has_a_name_that_cannot_be_told(String name) {
        assertThatThrownBy(() -> groups().create(name)).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void users_join_and_leave_groups_once() {
        Group group = groups().create("writers");
        User ann = user("ann");

        groups().add(group.id(), ann.id());
        groups().add(group.id(), ann.id());
        assertThat(groups().members(group.id()).map(User::title)).containsExactly("ann");
        assertThat(accounts().users.get(ann.id()).groupIds()).containsExactly(group.id());
        long epoch = accounts().users.get(ann.id()).epoch();
        assertThat(groups().remove(group.id(), ann.id())).isTrue();
        assertThat(groups().remove(group.id(), ann.id())).isFalse();
        assertThat(accounts().users.get(ann.id()).epoch()).isEqualTo(epoch + 1);
        assertThat(groups().members(group.id())).isEmpty();
        groups().add(group.id(), ann.id());
        accounts().users.delete(ann.id());
        assertThat(groups().members(group.id())).isEmpty();
    }

    @Test
    void lists_by_the_beginning_of_a_name_go_on_where_they_ended() {
        List.of("list-b", "LIST-a", "list-c", "other").forEach(this::user);
        Page<User> first = accounts().users.list(NameRange.first("List-", 2));
        assertThat(first.records()).extracting(User::title).containsExactly("LIST-a", "list-b");
        assertThat(accounts()
                        .users
                        .list(NameRange.first("List-", 2).after(first.next()))
                        .records())
                .extracting(User::title)
                .containsExactly("list-c");
        NameRange fromZ = new NameRange("List-", true, Optional.empty(), 2);
        Page<User> last = accounts().users.list(fromZ);
        assertThat(last.records()).extracting(User::title).containsExactly("list-c", "list-b");
        assertThat(accounts().users.list(fromZ.after(last.next())).records())
                .extracting(User::title)
                .containsExactly("LIST-a");
        // What is no place in this list begins it anew, also where the store would refuse it.
        for (String odd : List.of("other", "a", "\uffff", "~", "list-" + "x".repeat(2_000))) {
            assertThat(accounts().users.list(fromZ.after(Optional.of(odd)))).isEqualTo(last);
            assertThat(accounts().users.list(NameRange.first("list-", 2).after(Optional.of(odd))))
                    .isEqualTo(first);
        }

        Group group = groups().create("list \u05d0");
        groups().create("list \u05d1");
        groups().create("lisu");
        assertThat(groups().list(NameRange.first("list ", 9)).records())
                .extracting(Group::name)
                .containsExactly("list \u05d0", "list \u05d1");
        first.records().forEach(user -> groups().add(group.id(), user.id()));
        Page<User> member = groups().members(group.id(), Optional.empty(), 1);
        assertThat(member.records()).hasSize(1);
        assertThat(groups().members(group.id(), member.next(), 1).records())
                .hasSize(1)
                .doesNotContainAnyElementsOf(member.records());
    }

    @Test
    void a_group_that_is_gone_is_in_no_user_of_it() {
        Group group = groups().create("writers");
        User ann = user("ann");
        groups().add(group.id(), ann.id());

        groups().delete(group.id());

        assertThat(accounts().users.get(ann.id()).groupIds()).isEmpty();
        assertThatThrownBy(() -> groups().add(group.id(), ann.id())).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void a_user_is_in_twenty_groups_at_most() {
        User ann = user("ann");
        for (int i = 0; i < GroupService.MAX_GROUPS; i++) {
            groups().add(groups().create("group " + i).id(), ann.id());
        }
        PrincipalId one = groups().create("one more").id();

        assertThatThrownBy(() -> groups().add(one, ann.id())).hasMessageContaining("20 groups");
    }

    @Test
    void a_robot_has_the_secret_that_it_was_made_with() {
        RobotService.WithSecret made = robot();
        Robot robot = robots().findNamed(CI).orElseThrow();

        assertThat(robot).isEqualTo(made.robot());
        assertThat(made.secret()).matches("ldg_[0-9a-z]{57}");
        assertThat(RobotSecret.isWellFormed(made.secret())).isTrue();
        assertThat(robots().secret(robot, made.secret()))
                .contains(robot.secrets().getFirst());
        assertThat(robots().secret(
                                robot,
                                RobotSecret.make(clock.instant(), clock.instant())
                                        .text()))
                .isEmpty();
    }

    @Test
    void a_secret_is_stored_nowhere_and_in_no_log() {
        RobotService.WithSecret made = robot();

        assertThat(made.toString() + robots().get(made.robot().id())).doesNotContain(made.secret());
        char last = made.secret().charAt(made.secret().length() - 1);
        String mistyped = made.secret().substring(0, made.secret().length() - 1) + (last == '0' ? '1' : '0');
        assertThat(RobotSecret.isWellFormed(mistyped)).isFalse();
    }

    @Test
    void a_name_is_one_robots() {
        List<RobotService.WithSecret> made = Collections.synchronizedList(new ArrayList<>());
        together(4, thread -> {
            try {
                made.add(robot());
            } catch (FieldInvalid taken) {
                assertThat(taken.field()).isEqualTo("name");
            }
        });
        assertThat(made).hasSize(1);
        assertThat(robots().in("team").map(Robot::title)).containsExactly("team+ci");
        assertThat(robots().in("tea")).isEmpty();
        assertThat(robots().in("team+")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "+", "team", "team+", "+ci", "team/x+ci", "Team+ci", "team+CI", "team+c i", "team+ci+x"})
    void no_robot_has_a_name_that_is_none(String name) {
        assertThat(RobotName.parse(name)).isEmpty();
    }

    @Test
    void two_secrets_count_while_one_is_replaced_and_never_three() {
        RobotService.WithSecret first = robot();
        PrincipalId id = first.robot().id();

        RobotService.WithSecret second = robots().rotate(id, DAYS, Duration.ofHours(24));
        assertThat(counting(id, first, second)).containsExactly(first.secret(), second.secret());
        RobotService.WithSecret third = robots().rotate(id, DAYS, Duration.ofHours(24));
        assertThat(counting(id, first, second, third)).containsExactly(second.secret(), third.secret());
        clock.advance(Duration.ofHours(24));
        assertThat(counting(id, first, second, third)).containsExactly(third.secret());
        assertThat(robots().get(id).epoch()).isEqualTo(first.robot().epoch());
        RobotService.WithSecret fourth = robots().rotate(id, DAYS, Duration.ZERO);
        assertThat(counting(id, third, fourth)).containsExactly(fourth.secret());
        assertThat(robots().get(id).epoch()).isEqualTo(first.robot().epoch() + 1);
    }

    private List<String> counting(PrincipalId id, RobotService.WithSecret... made) {
        Robot robot = robots().get(id);
        return List.of(made).stream()
                .map(RobotService.WithSecret::secret)
                .filter(text -> robots().secret(robot, text).isPresent())
                .toList();
    }

    @Test
    void a_secret_that_is_ended_ends_the_tokens() {
        RobotService.WithSecret made = robot();
        PrincipalId id = made.robot().id();
        RobotSecret secret = made.robot().secrets().getFirst();

        assertThat(robots().end(id, secret.id())).isTrue();
        assertThat(robots().end(id, secret.id())).isFalse();
        assertThat(robots().get(id).isUsable(clock.instant())).isFalse();
        assertThat(robots().get(id).epoch()).isEqualTo(2);
    }

    @Test
    void the_last_use_of_a_secret_is_written_once_a_day() {
        PrincipalId id = robot().robot().id();
        Instant first = clock.instant();

        use(id);
        clock.advance(Duration.ofHours(23));
        use(id);
        assertThat(lastUsed(id)).contains(first);
        clock.advance(Duration.ofHours(1));
        use(id);
        assertThat(lastUsed(id)).contains(first.plus(Duration.ofDays(1)));
    }

    private void use(PrincipalId id) {
        Robot robot = robots().get(id);
        robots().used(robot, robot.secrets().getFirst());
    }

    private Optional<Instant> lastUsed(PrincipalId id) {
        return robots().get(id).secrets().getFirst().lastUsed();
    }

    @Test
    void a_robot_that_is_gone_is_found_by_nothing() {
        PrincipalId id = robot().robot().id();

        assertThat(robots().delete(id)).isTrue();
        assertThat(robots().delete(id)).isFalse();
        assertThat(robots().findNamed(CI)).isEmpty();
        assertThat(Page.all(robots()::list)).isEmpty();
        assertThat(robot().robot().id()).isNotEqualTo(id);
    }
}
