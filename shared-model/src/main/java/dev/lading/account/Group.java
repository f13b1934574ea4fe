package dev.lading.account;

import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Instant;
import java.util.regex.Pattern;

/** A group of users, who have the roles that it is given. */
public record Group(PrincipalId id, String name, Instant created, long epoch, long revision) implements Principal {
    private static final String PARTITION = "all";
    private static final Pattern VALID = Pattern.compile("[^\\p{C}\\s](?:[^\\p{C}]{0,148}[^\\p{C}\\s])?");
    private static final int IN_PAGE = 1_000;

    static final Table<Group> TABLE = Table.audited("group", Group.class, group -> key(group.id()));
    static final NameIndex<String, Named> NAMES =
            new NameIndex<>(new Table<>("group-name", Named.class, named -> nameKey(named.name())), Group::nameKey);
    static final Table<Member> MEMBERS =
            Table.audited("group-member", Member.class, member -> memberKey(member.group(), member.user()));

    /** Whose a name is. Names are listed by it. */
    record Named(String name, PrincipalId id) {}

    /** A user of a group, by group; a user's record has the groups, too. */
    record Member(PrincipalId group, PrincipalId user) {}

    static Key key(PrincipalId id) {
        return new Key(id.toString(), "group");
    }

    private static Key nameKey(String name) {
        return new Key(PARTITION, "=" + name);
    }

    private static Key memberKey(PrincipalId group, PrincipalId user) {
        return new Key(group.toString(), user.toString());
    }

    /** All names in order. */
    static Query allNames(int limit) {
        return Query.ascending(PARTITION, "=", ">", limit);
    }

    /** Names that begin with a text, in their order. */
    static Query names(String prefix, int limit) {
        return Query.beginning(PARTITION, "=" + prefix, limit);
    }

    static Query members(PrincipalId group) {
        return members(group, IN_PAGE);
    }

    static Query members(PrincipalId group, int limit) {
        return Query.ascending(group.toString(), "0", ":", limit);
    }

    /** @throws FieldInvalid if no group may have this name */
    static void requireName(String name) {
        if (!VALID.matcher(name).matches()) {
            throw new FieldInvalid("name", "Use 1 to 150 characters that can be seen; spaces only between them.");
        }
    }

    @Override
    public String title() {
        return name;
    }

    Named named() {
        return new Named(name, id);
    }

    Group renamed(String changed) {
        return new Group(id, changed, created, epoch, revision + 1);
    }

    Group inNextEpoch() {
        return new Group(id, name, created, epoch + 1, revision + 1);
    }
}
