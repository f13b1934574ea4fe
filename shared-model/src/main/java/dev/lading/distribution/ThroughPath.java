package dev.lading.distribution;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A base path that pulls go through, and beneath which nothing else is served. It is claimed before it is looked what is
 * there already; whoever makes a base path checks in the transaction that nothing above it is claimed. So one of two
 * sees the other.
 */
public record ThroughPath(RepositoryName basePath, DistributionId id) {
    static final NameIndex<RepositoryName, ThroughPath> INDEX = new NameIndex<>(
            new Table<>("pull-through-path", ThroughPath.class, path -> key(path.basePath())), ThroughPath::key);

    private static Key key(RepositoryName basePath) {
        return new Key(basePath.value(), "pull-through");
    }

    /** A name and all that it is beneath. */
    private static Stream<RepositoryName> above(RepositoryName name) {
        String text = name.value();
        return IntStream.rangeClosed(1, text.length())
                .filter(end -> end == text.length() || text.charAt(end) == '/')
                .mapToObj(end -> new RepositoryName(text.substring(0, end)));
    }

    /** Conditions that a base path is not, and is not beneath, one that pulls go through. */
    public static List<Write> outside(RepositoryName basePath) {
        return above(basePath)
                .<Write>map(name -> new Write.Check(INDEX.table(), key(name), Condition.absent()))
                .toList();
    }

    /** @throws EntityInUse if a base path is, or is beneath, one that pulls go through */
    public static void requireOutside(MetadataStore store, RepositoryName basePath) {
        Optional<ThroughPath> through = above(basePath)
                .flatMap(name -> INDEX.find(store, name).stream())
                .findFirst();
        through.ifPresent(path -> {
            throw path.refusal(basePath);
        });
    }

    private EntityInUse refusal(RepositoryName name) {
        return refusal(name, basePath);
    }

    /** Says why nothing is pushed to a name, and nothing else made there. */
    public static EntityInUse refusal(RepositoryName name, RepositoryName through) {
        return new EntityInUse("'" + name + "' is served by the pull-through distribution at '" + through
                + "', which takes no pushes and no other distributions beneath it; use another name");
    }
}
