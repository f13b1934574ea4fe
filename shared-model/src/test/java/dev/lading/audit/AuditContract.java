package dev.lading.audit;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every change is told of with who made it, and nothing else is. */
public abstract class AuditContract extends ServiceContract {
    private static final int PUSHERS = 12;

    private static Actor actor(String principal) {
        return new Actor(principal, "password", "192.0.2.1/32", "POST /users/", "request-of-" + principal);
    }

    private MetadataStore audited() {
        return new AuditedMetadata(metadata(), Acting.NOBODY, clock);
    }

    private AuditService audit() {
        return new AuditService(metadata(), clock);
    }

    private User create(String name) {
        return new UserService(audited(), clock).create(name, UserProfile.NONE, Optional.empty());
    }

    private static <T> T as(String principal, Supplier<T> work) {
        return Acting.NOBODY.as(List.of(actor(principal)), work::get);
    }

    @Test
    void a_change_is_told_of_with_who_made_it() {
        User ann = as("admin", () -> create("ann"));

        AuditEntry entry = audit().latest().findFirst().orElseThrow();
        assertThat(entry.actor()).isEqualTo(actor("admin"));
        assertThat(entry.outcome()).contains("created user/" + ann.id());
        assertThat(entry.at())
                .isBetween(clock.instant().minusMillis(1), clock.instant().plusMillis(1));
    }

    @Test
    void what_nobody_asked_for_and_what_was_refused_is_not_told_of() {
        create("ann");
        assertThatThrownBy(() -> as("admin", () -> create("ann"))).isInstanceOf(FieldInvalid.class);

        assertThat(audit().latest()).isEmpty();
    }

    @Test
    void pushes_that_share_a_transaction_are_told_of_one_by_one() {
        Registry registry = newRegistry(audited());
        registry.pushImage(APP, "first");
        together(PUSHERS, i -> as("user:" + i, () -> registry.pushImage(APP, "tag-" + i)));

        List<AuditEntry> entries = audit().latest()
                .filter(entry -> entry.actor().action().contains(", version "))
                .toList();
        assertThat(entries.stream().map(entry -> entry.actor().principal()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, PUSHERS).mapToObj(i -> "user:" + i).toList());
        assertThat(entries.stream().map(entry -> entry.actor().action())).doesNotHaveDuplicates();
    }

    @Test
    void entries_are_read_by_the_hour_and_kept_for_90_days() {
        as("admin", () -> create("ann"));
        String hour = AuditEntry.hour(clock.instant());
        clock.advance(Duration.ofHours(1));
        String later = AuditEntry.hour(clock.instant());
        as("admin", () -> create("bob"));

        assertThat(audit().ofHour(hour)).hasSize(1);
        assertThat(audit().latest()).hasSize(2);
        clock.advance(AuditEntry.KEPT.minusHours(1));
        audit().forgetOld();
        assertThat(audit().ofHour(hour)).hasSize(1);
        clock.advance(Duration.ofHours(1));
        audit().forgetOld();
        assertThat(audit().ofHour(hour)).isEmpty();
        assertThat(audit().ofHour(later)).hasSize(1);
    }
}
