package dev.lading.management.account;

import dev.lading.account.Group;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.operation.ResourceType;
import java.util.List;
import java.util.Optional;

/** Groups, and the users in them, as the API shows and accepts them. */
public final class GroupModel {
    private static final int MAX_NAME = 150;
    private static final String PATH = ResourceType.ROOT + "/groups/";
    private static final String PRN = "prn:core.group:";

    public static final Model<Group> GROUP = new Model<Group>("Group")
            .requires("name", Schema.TEXT.filled().upToLength(MAX_NAME), Group::name)
            .shows("pulp_href", Schema.URI, group -> href(group.id()))
            .shows("prn", Schema.TEXT, group -> prn(group.id()))
            .shows("id", Schema.INTEGER, Group::id);

    /** A group, among those of a user. */
    static final Model<Group> OF_USER = new Model<Group>("UserGroup")
            .requires("name", Schema.TEXT.upToLength(MAX_NAME), Group::name)
            .shows("pulp_href", Schema.URI, group -> href(group.id()))
            .shows("prn", Schema.TEXT, group -> prn(group.id()));

    /** A user of a group. */
    public record Member(PrincipalId group, User user) {}

    public static final Model<Member> MEMBER = new Model<Member>("GroupUser")
            .requires(
                    "username",
                    Schema.TEXT.filled().upToLength(MAX_NAME),
                    member -> member.user().name())
            .shows("pulp_href", Schema.URI, member -> href(member))
            .shows("prn", Schema.TEXT, member -> UserModel.prn(member.user().id()));

    public static final Listing<Group> LIST = new Listing<>(GROUP)
            .identified()
            .filter("pulp_id", Schema.TEXT, List.of(Lookup.IN), Group::id)
            .filter(
                    "id",
                    Schema.INTEGER,
                    List.of(Lookup.EXACT, Lookup.IN),
                    group -> group.id().value())
            .filter(
                    "name",
                    Schema.TEXT,
                    List.of(Lookup.EXACT, Lookup.IEXACT, Lookup.IN, Lookup.CONTAINS, Lookup.ICONTAINS))
            .orders("name", "id");

    public static final Listing<Member> MEMBERS = new Listing<>(MEMBER);

    public static final List<Model<?>> MODELS = List.of(GROUP, OF_USER, MEMBER);

    private GroupModel() {}

    static String prn(PrincipalId id) {
        return PRN + id;
    }

    static String href(PrincipalId id) {
        return PATH + id + "/";
    }

    static String href(Member member) {
        return href(member.group()) + "users/" + member.user().id() + "/";
    }

    /** The id in an href or resource name of a group. */
    static Optional<PrincipalId> id(String reference) {
        String rest = reference.endsWith("/") ? reference.substring(0, reference.length() - 1) : reference;
        String prefix = rest.startsWith("prn:") ? PRN : PATH;
        return rest.startsWith(prefix) ? PrincipalId.parse(rest.substring(prefix.length())) : Optional.empty();
    }
}
