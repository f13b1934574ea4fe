package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code type:name:action,action}: what a client asks a token for, and what the token then grants. Kept as text, for
 * clients may ask for more than this registry knows. Source: docker's token authentication specification, "Token Scope".
 */
public record Scope(String type, String name, Set<String> actions) {
    private static final int MAX_SCOPES = 50;

    public Scope {
        actions = new LinkedHashSet<>(actions);
    }

    /** All scopes in a {@code scope} parameter, which may be repeated or hold several. Malformed ones are left out. */
    static List<Scope> parseAll(List<String> parameters) {
        List<Scope> scopes = new ArrayList<>();
        for (String parameter : parameters) {
            for (String text : parameter.split(" ", -1)) {
                int afterType = text.indexOf(':');
                int beforeActions = text.lastIndexOf(':');
                if (afterType > 0 && beforeActions > afterType && scopes.size() < MAX_SCOPES) {
                    scopes.add(new Scope(
                            text.substring(0, afterType),
                            text.substring(afterType + 1, beforeActions),
                            new LinkedHashSet<>(Arrays.asList(
                                    text.substring(beforeActions + 1).split(",", -1)))));
                }
            }
        }
        return scopes;
    }

    boolean grants(RepositoryName repository, Action action) {
        return type.equals("repository")
                && name.equals(repository.value())
                && (actions.contains(action.wireForm()) || actions.contains("*"));
    }

    Scope only(Set<String> allowed) {
        Set<String> granted = new LinkedHashSet<>(actions);
        granted.retainAll(allowed);
        return new Scope(type, name, granted);
    }

    @Override
    public String toString() {
        return type + ":" + name + ":" + String.join(",", actions);
    }
}
