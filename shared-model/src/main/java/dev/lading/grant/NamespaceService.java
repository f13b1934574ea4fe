package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.DistributionId;
import dev.lading.metadata.Labels;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** Namespaces by name: those that were made, and those that base paths are in. */
public final class NamespaceService {
    private static final int IN_PAGE = 1_000;

    private final MetadataStore store;
    private final InstantSource clock;

    public NamespaceService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The id of a namespace, which follows from its name, so that one that nobody made has one, too. */
    public static UUID id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** All namespaces, by name; reads a page for each thousand that were made, and one record for each other. */
    public Stream<Namespace> all() {
        Map<String, Namespace> all = new TreeMap<>();
        store.stream(Namespace.TABLE, Namespace.all(IN_PAGE)).forEach(made -> all.put(made.name(), made));
        Optional<BasePathIndex.Entry> at = BasePathIndex.next(store, Optional.empty());
        while (at.isPresent()) {
            RepositoryName path = at.get().basePath();
            String name = Namespace.of(path);
            all.putIfAbsent(name, pushed(at.get()));
            // Behind all that is beneath it. One that has its own name is not next to these: "a", "a-b/c", "a/b".
            at = BasePathIndex.next(store, Optional.of(path.value().equals(name) ? name : name + "/~"));
        }
        return all.values().stream();
    }

    private static Namespace pushed(BasePathIndex.Entry first) {
        return new Namespace(
                Namespace.of(first.basePath()),
                Optional.empty(),
                Labels.NONE,
                UuidV7.time(first.id().value()));
    }

    public Optional<Namespace> find(UUID id) {
        return all().filter(namespace -> id(namespace.name()).equals(id)).findFirst();
    }

    public Optional<Namespace> find(String name) {
        return made(name).or(() -> anyPath(name).map(NamespaceService::pushed));
    }

    /** The record of one that was made; one read. */
    Optional<Namespace> made(String name) {
        return store.get(Namespace.TABLE, Namespace.key(name));
    }

    /** Anything at or beneath a namespace's name. */
    Optional<BasePathIndex.Entry> anyPath(String name) {
        if (!RepositoryName.isValid(name)) {
            return Optional.empty();
        }
        RepositoryName at = new RepositoryName(name);
        return BasePathIndex.INDEX.find(store, at).or(() -> beneath(at, 1).findFirst());
    }

    private Stream<BasePathIndex.Entry> beneath(RepositoryName namespace, int inPage) {
        return store.stream(BasePathIndex.INDEX.table(), BasePathIndex.beneath(namespace, inPage));
    }

    /** All base paths of a namespace. */
    Stream<BasePathIndex.Entry> paths(String name) {
        if (!RepositoryName.isValid(name)) {
            return Stream.empty();
        }
        RepositoryName at = new RepositoryName(name);
        return Stream.concat(BasePathIndex.INDEX.find(store, at).stream(), beneath(at, IN_PAGE));
    }

    /** The distributions whose base paths are in a namespace. */
    public Stream<DistributionId> distributions(String name) {
        return paths(name).map(BasePathIndex.Entry::id);
    }

    /** Deletes the record of a namespace, if it has one. Idempotent. */
    public void delete(String name) {
        made(name).ifPresent(made -> store.write(Write.delete(Namespace.TABLE, made)));
    }

    /**
     * Makes a namespace, and its maker the owner.
     *
     * @param maker empty: an administrator, who owns everything
     * @throws FieldInvalid if the name is no first component of a base path, or there is such a namespace
     */
    public Namespace create(String name, Labels labels, Optional<PrincipalId> maker) {
        if (!RepositoryName.isValid(name) || name.contains("/")) {
            throw new FieldInvalid("name", "Use lower-case letters, digits and single . _ - between them.");
        }
        if (maker.isPresent()) {
            requireFree(name);
        }
        return make(name, labels, maker)
                .orElseThrow(() -> new FieldInvalid("name", "There is a namespace '" + name + "' already."));
    }

    /**
     * Makes the namespace of a name that a user begins to push to, if it is not there. One read if it was made.
     *
     * @throws EntityInUse if it is the registry's own
     */
    public void claim(RepositoryName name, PrincipalId maker) {
        requireFree(Namespace.of(name));
        // Lost: somebody else made it first, who then is its owner.
        var _ = make(Namespace.of(name), Labels.NONE, Optional.of(maker));
    }

    /** Whoever owned the caches of builds could put into them what others build with. */
    private static void requireFree(String name) {
        if (name.equals(Namespace.BUILD_CACHES)) {
            throw new EntityInUse("'" + name + "' is the namespace of the caches of builds; use another name");
        }
    }

    private Optional<Namespace> make(String name, Labels labels, Optional<PrincipalId> maker) {
        if (find(name).isPresent()) {
            return Optional.empty();
        }
        var namespace = new Namespace(name, maker, labels, clock.instant());
        List<Write> writes = new ArrayList<>();
        writes.add(namespace.make());
        maker.map(user -> GrantService.owning(user, Target.namespace(name), clock.instant()))
                .ifPresent(writes::addAll);
        return store.write(writes) ? Optional.of(namespace) : Optional.empty();
    }
}
