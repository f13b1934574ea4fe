package dev.lading.account;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users as administrators make, change and delete them, and what becomes of their passwords and tokens. */
public abstract class UserContract extends ServiceContract {
    private static final String PASSWORD = "correct horse";

    private UserService users() {
        return new UserService(metadata(), clock);
    }

    private User make(String name) {
        return users().create(name, UserProfile.NONE, Optional.of(PASSWORD));
    }

    @Test
    void what_was_made_is_read_back() {
        var profile = new UserProfile("Ann", "名前", "ann@example.test", true, true);
        User ann = users().create("ann", profile, Optional.of(PASSWORD));

        assertThat(users().get(ann.id())).isEqualTo(ann);
        assertThat(users().findNamed(new Username("ann"))).contains(ann);
        assertThat(ann.profile()).isEqualTo(profile);
        assertThat(ann.id().value()).isBetween(1L, 1L << 53);
        User bob = make("Bob");
        assertThat(users().get(bob.id())).isEqualTo(bob);
        assertThat(Page.all(users()::list).map(user -> user.name().value())).containsExactly("ann", "Bob");
    }

    @Test
    void a_name_is_unique_in_any_case_and_free_again_after_its_user() {
        User ann = make("ann");

        assertThatThrownBy(() -> make("ANN")).isInstanceOf(FieldInvalid.class).hasMessageContaining("already");
        assertThat(users().findNamed(new Username("ANN"))).isEmpty();
        assertThat(users().delete(ann.id())).isTrue();
        assertThat(users().delete(ann.id())).isFalse();
        assertThatThrownBy(() -> users().get(ann.id())).isInstanceOf(EntityUnknown.class);
        assertThat(make("ann").id()).isNotEqualTo(ann.id());
    }

    @Test
    void of_many_who_want_one_name_one_has_it() {
        List<String> made = Collections.synchronizedList(new ArrayList<>());
        together(4, thread -> {
            try {
                made.add(make("ann").id().toString());
            } catch (FieldInvalid taken) {
                assertThat(taken.field()).isEqualTo("username");
            }
        });
        assertThat(made).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ann", "ann+robot", "ann/x", "änn", "-ann", "admin", "ADMIN", "anonymous", "aws", "oidc"})
    void a_name_that_could_be_taken_for_another_is_refused(String name) {
        assertThatThrownBy(() -> make(name)).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void only_the_last_password_of_an_active_user_is_right() {
        User ann = make("ann");
        assertThat(users().isPassword(users().find(ann.id()), PASSWORD, true)).isTrue();
        assertThat(users().isPassword(users().find(ann.id()), PASSWORD + " ", true))
                .isFalse();
        assertThat(users().isPassword(Optional.empty(), PASSWORD, true)).isFalse();

        // One that was right before is remembered by the process, and must not be once it is changed.
        UserService here = users();
        assertThat(here.isPassword(here.find(ann.id()), PASSWORD, true)).isTrue();
        User changed =
                here.update(ann.id(), "ann", UnaryOperator.identity(), new PasswordChange.Replaced("another horse"));
        assertThat(here.isPassword(Optional.of(changed), PASSWORD, true)).isFalse();
        assertThat(here.isPassword(Optional.of(changed), "another horse", true)).isTrue();

        here.update(ann.id(), "ann", profile -> new UserProfile("", "", "", false, false), new PasswordChange.Kept());
        assertThat(here.isPassword(here.find(ann.id()), "another horse", true)).isFalse();
    }

    @Test
    void nobody_logs_in_as_a_user_without_a_password() {
        User with = make("with");
        User without = users().update(with.id(), "with", UnaryOperator.identity(), new PasswordChange.Removed());
        assertThat(users().isPassword(Optional.of(without), PASSWORD, true)).isFalse();
        assertThat(isRevoked(with)).isTrue();
        User ann = users().create("ann", UserProfile.NONE, Optional.empty());
        assertThat(users().isPassword(Optional.of(ann), "", true)).isFalse();
        assertThat(users().isPassword(Optional.of(ann), PASSWORD, true)).isFalse();
    }

    @Test
    void a_password_that_is_too_short_or_too_long_is_refused() {
        for (String password : List.of("1234567", "x".repeat(7_001))) {
            assertThatThrownBy(() -> users().create("ann", UserProfile.NONE, Optional.of(password)))
                    .isInstanceOf(FieldInvalid.class)
                    .hasMessageContaining("A password has at");
        }
        User ann = users().create("ann", UserProfile.NONE, Optional.of("名".repeat(8)));
        assertThat(users().isPassword(Optional.of(ann), "名".repeat(8), true)).isTrue();
    }

    @Test
    void what_takes_rights_away_ends_tokens_and_what_does_not_leaves_them() {
        User ann = make("ann");
        User bob = make("bob");
        users().update(
                        ann.id(),
                        "ann",
                        profile -> new UserProfile("Ann", "", "", false, true),
                        new PasswordChange.Kept());
        assertThat(isRevoked(ann)).isFalse();

        users().update(ann.id(), "ann", UnaryOperator.identity(), new PasswordChange.Replaced("another horse"));
        assertThat(isRevoked(ann)).isTrue();
        assertThat(isRevoked(users().get(ann.id()))).isFalse();

        users().delete(bob.id());
        assertThat(isRevoked(bob)).isTrue();
        assertThat(Revocations.read(metadata()).has(Map.of(bob.id(), 1_000_000L), clock.instant()))
                .isTrue();
    }

    private boolean isRevoked(User user) {
        return Revocations.read(metadata()).has(Map.of(user.id(), user.epoch()), clock.instant());
    }

    @Test
    void revocations_are_forgotten_when_no_token_lives_that_they_could_end() {
        User ann = make("ann");
        users().delete(ann.id());
        clock.advance(Duration.ofMinutes(16));
        users().delete(make("bob").id());

        assertThat(Revocations.read(metadata()).users()).hasSize(1);
    }

    @Test
    void more_revocations_than_there_is_room_for_end_every_token_of_before() {
        Instant now = clock.instant();
        Map<Long, Revocations.Revoked> most = LongStream.rangeClosed(1, 2_000)
                .boxed()
                .collect(Collectors.toMap(Function.identity(), id -> new Revocations.Revoked(2, now)));
        metadata().write(Write.put(Revocations.TABLE, new Revocations(most, Instant.EPOCH, 1)));
        Revocations full = Revocations.read(metadata());
        assertThat(full.has(Map.of(new PrincipalId(2_000), 1L), now)).isTrue();

        metadata().write(full.adding(new PrincipalId(2_001), 2, now));

        Revocations all = Revocations.read(metadata());
        assertThat(all.users()).isEmpty();
        assertThat(all.has(Map.of(new PrincipalId(9_999), 7L), now.minusSeconds(1)))
                .isTrue();
        assertThat(all.has(Map.of(new PrincipalId(9_999), 7L), now.plusSeconds(1)))
                .isFalse();
    }
}
