package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A scope, {@code type:name:action,action}: requested by clients for a token, and granted by it. Actions that this
 * registry does not know are dropped. A repository of a class, as docker's {@code repository(plugin)}, is that
 * repository. Source: docker's token authentication specification, "Token Scope".
 *
 * @param open whether it grants what everybody may do and nothing else, so that it ends when that does
 */
public record Scope(String type, String name, Set<String> actions, boolean open) {
    private static final String REPOSITORY = "repository";
    private static final Pattern REPOSITORY_OF_CLASS = Pattern.compile(REPOSITORY + "\\([a-z0-9]+\\)");
    private static final String ANY = "*";
    private static final Set<String> CHANGES = Set.of("push", "delete", ANY);
    private static final Set<String> ACTIONS = Set.of("pull", "push", "delete", ANY);
    private static final Set<String> OF_THE_REGISTRY = Set.of(Authorizer.ADMINISTRATION, Authorizer.CATALOG);

    /** Limit on scopes in one request. A push requests its repository and each one that a layer may be mounted from. */
    private static final int MAX_ASKED = 1_000;

    /** Length limit of a scope that can grant something: a repository's name, and some words beside it. */
    private static final int MAX_CHARACTERS = RepositoryName.MAX_LENGTH + 100;

    /**
     * Length limit of a token's claim of scopes. It keeps the token under 4,000 characters, which every proxy and client
     * takes in a header, and holds some thirty repositories.
     */
    private static final int MAX_CLAIM_CHARACTERS = 2_500;

    private static final int CLAIM_CHARACTERS = "{'type':'','name':'','actions':[],'public':true},".length();
    private static final int MEMORY_BYTES = 400;

    public Scope {
        actions = new LinkedHashSet<>(actions);
    }

    public Scope(String type, String name, Set<String> actions) {
        this(type, name, actions, false);
    }

    /**
     * Scopes of the {@code scope} parameters that this registry knows, each repository once. The parameter may be
     * repeated or hold several. Malformed ones are dropped.
     */
    public static List<Scope> parseAll(List<String> parameters) {
        Map<String, Scope> scopes = new LinkedHashMap<>();
        parameters.stream()
                .flatMap(parameter -> Arrays.stream(parameter.split(" ", MAX_ASKED + 1)))
                .limit(MAX_ASKED)
                .filter(text -> text.length() <= MAX_CHARACTERS)
                .flatMap(text -> parse(text).stream())
                .forEach(scope -> scopes.merge(scope.type + ":" + scope.name, scope, Scope::and));
        return List.copyOf(scopes.values());
    }

    /** What of the scopes that a mirror's client asks for can be granted: to pull, by names beneath a base path. */
    public static List<Scope> mirrored(List<Scope> asked, RepositoryName basePath) {
        return asked.stream()
                .filter(scope -> scope.type.equals(REPOSITORY))
                .map(scope -> new Scope(REPOSITORY, basePath + "/" + scope.name, scope.actions)
                        .within(Set.of(Permission.PULL.action())))
                .filter(Scope::grantsAnything)
                .toList();
    }

    /** The repository it is for; empty: it is for the registry. */
    Optional<RepositoryName> repository() {
        return type.equals(REPOSITORY) ? Optional.of(new RepositoryName(name)) : Optional.empty();
    }

    private static List<Scope> parse(String text) {
        int afterType = text.indexOf(':');
        int beforeActions = text.lastIndexOf(':');
        if (afterType <= 0 || beforeActions <= afterType) {
            return List.of();
        }
        Set<String> actions = new LinkedHashSet<>(
                Arrays.asList(text.substring(beforeActions + 1).split(",", -1)));
        String type = text.substring(0, afterType);
        Scope scope = new Scope(
                        REPOSITORY_OF_CLASS.matcher(type).matches() ? REPOSITORY : type,
                        text.substring(afterType + 1, beforeActions),
                        actions)
                .known();
        return scope.grantsAnything() ? List.of(scope) : List.of();
    }

    /** This scope without actions that the registry does not know. */
    Scope known() {
        return only(ACTIONS);
    }

    private Scope and(Scope other) {
        Set<String> both = new LinkedHashSet<>(actions);
        both.addAll(other.actions);
        return new Scope(type, name, both);
    }

    /**
     * Scopes that grant something, as many as a token has room for. Those that change a repository come first: without
     * its own a push fails, while without one to read another repository a layer is sent instead of mounted.
     *
     * @param taken characters of the token that other claims take
     */
    static List<Scope> fitting(int taken, Collection<Scope> scopes) {
        List<Scope> fitting = new ArrayList<>();
        int characters = 0;
        for (Scope scope :
                changesFirst(scopes.stream().filter(Scope::grantsAnything).toList())) {
            characters += scope.claimCharacters();
            if (characters <= MAX_CLAIM_CHARACTERS - taken) {
                fitting.add(scope);
            }
        }
        return fitting;
    }

    static List<Scope> changesFirst(Collection<Scope> scopes) {
        return scopes.stream()
                .sorted(Comparator.comparing(Scope::changes).reversed())
                .toList();
    }

    private boolean changes() {
        return !type.equals(REPOSITORY) || actions.stream().anyMatch(CHANGES::contains);
    }

    /** Whether its bearer may do anything that others may not. */
    boolean grantsAnything() {
        return type.equals(REPOSITORY)
                ? RepositoryName.isValid(name) && actions.stream().anyMatch(ACTIONS::contains)
                : OF_THE_REGISTRY.contains(toString());
    }

    boolean grants(RepositoryName repository, Permission permission) {
        return type.equals(REPOSITORY)
                && name.equals(repository.value())
                && (actions.contains(permission.action()) || actions.contains(ANY));
    }

    Scope only(Set<String> allowed) {
        Set<String> granted = new LinkedHashSet<>(actions);
        granted.retainAll(allowed);
        return new Scope(type, name, granted, open);
    }

    /** What of it is allowed; of every action, all that are. */
    Scope within(Set<String> allowed) {
        return actions.contains(ANY) ? new Scope(type, name, allowed, open) : only(allowed);
    }

    /** This scope as one that everybody may have. */
    Scope asEverybodys() {
        return new Scope(type, name, actions, true);
    }

    private int claimCharacters() {
        return CLAIM_CHARACTERS
                + type.length()
                + name.length()
                + actions.stream().mapToInt(action -> action.length() + 3).sum();
    }

    /** Approximate size in memory, rather too large than too small. */
    int memoryBytes() {
        return MEMORY_BYTES + name.length() + 100 * actions.size();
    }

    @Override
    public String toString() {
        return type + ":" + name + ":" + String.join(",", actions);
    }
}
