package dev.lading.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An account, and whose rights count for it, as they were read for one request.
 *
 * @param groups that it is in
 * @param maker of a robot, which may do no more than they; empty: a user, or the administrator's robot
 */
public record Identity(Account account, List<Group> groups, Optional<Identity> maker) {
    public Identity {
        groups = List.copyOf(groups);
    }

    public PrincipalId id() {
        return account.id();
    }

    /** The others whose rights count: when rights of theirs are taken, its tokens end, too. By id, with their epoch. */
    public Map<PrincipalId, Long> others() {
        Map<PrincipalId, Long> others = new TreeMap<>();
        groups.forEach(group -> others.put(group.id(), group.epoch()));
        maker.ifPresent(each -> {
            others.put(each.id(), each.account().epoch());
            others.putAll(each.others());
        });
        return others;
    }
}
