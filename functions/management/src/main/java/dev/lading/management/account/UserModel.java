package dev.lading.management.account;

import dev.lading.account.Group;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.operation.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Users as the API shows and accepts them. Passwords are accepted and never shown. */
public final class UserModel {
    private static final int MAX_NAME = 150;
    private static final List<Lookup> TEXTS =
            List.of(Lookup.EXACT, Lookup.IEXACT, Lookup.IN, Lookup.CONTAINS, Lookup.ICONTAINS);

    /** A user, with the groups that they are in. */
    public record Listed(User user, List<Group> groups) {
        private PrincipalId id() {
            return user.id();
        }
    }

    public static final Model<Listed> USER = new Model<Listed>("User")
            .shows("pulp_href", Schema.URI, user -> href(user.id()))
            .shows("prn", Schema.TEXT, user -> prn(user.id()))
            .shows("id", Schema.INTEGER, Listed::id)
            .requires(
                    "username",
                    Schema.TEXT.filled().upToLength(MAX_NAME),
                    listed -> listed.user().name())
            .takes("password", Schema.TEXT.filled().orNull())
            .allows("first_name", Schema.TEXT.upToLength(MAX_NAME), of(UserProfile::firstName))
            .allows("last_name", Schema.TEXT.upToLength(MAX_NAME), of(UserProfile::lastName))
            .allows("email", Schema.EMAIL, of(UserProfile::email))
            .allows("is_staff", Schema.BOOLEAN.orElse(false), of(UserProfile::staff))
            .allows("is_active", Schema.BOOLEAN.orElse(true), of(UserProfile::active))
            .shows("date_joined", Schema.TIME, listed -> listed.user().joined())
            .shows("groups", GroupModel.OF_USER.listSchema(), listed -> GroupModel.OF_USER.renderAll(listed.groups()))
            .shows("hidden_fields", Schema.listOf(Schema.OBJECT), user -> List.of());

    public static final Listing<Listed> LIST = new Listing<>(USER)
            .identified()
            .filter("pulp_id", Schema.TEXT, List.of(Lookup.IN), Listed::id)
            .filter("username", Schema.TEXT, TEXTS)
            .filter("first_name", Schema.TEXT, TEXTS)
            .filter("last_name", Schema.TEXT, TEXTS)
            .filter("email", Schema.TEXT, TEXTS)
            .filter("is_active", Schema.BOOLEAN, List.of(Lookup.EXACT))
            .filter("is_staff", Schema.BOOLEAN, List.of(Lookup.EXACT))
            .orders("username", "first_name", "last_name", "email", "is_active", "is_staff", "date_joined");

    public static final List<Model<?>> MODELS = List.of(USER);

    private UserModel() {}

    public static String href(PrincipalId id) {
        return ResourceType.ROOT + "/users/" + id + "/";
    }

    static String prn(PrincipalId id) {
        return "prn:auth.user:" + id;
    }

    /** The id in an href or resource name of a user. */
    static Optional<PrincipalId> id(String reference) {
        String rest = reference.endsWith("/") ? reference.substring(0, reference.length() - 1) : reference;
        String prefix = rest.startsWith("prn:") ? "prn:auth.user:" : ResourceType.ROOT + "/users/";
        return rest.startsWith(prefix) ? PrincipalId.parse(rest.substring(prefix.length())) : Optional.empty();
    }

    private static Function<Listed, Object> of(Function<UserProfile, ?> value) {
        return listed -> value.apply(listed.user().profile());
    }

    static UserProfile profile(Values body, UserProfile before) {
        return new UserProfile(
                body.text("first_name", before.firstName()),
                body.text("last_name", before.lastName()),
                body.text("email", before.email()),
                body.bool("is_staff", before.staff()),
                body.bool("is_active", before.active()));
    }
}
