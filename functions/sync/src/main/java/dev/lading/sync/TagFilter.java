package dev.lading.sync;

import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of an upstream's tags a remote names. */
final class TagFilter {
    private final List<String> names;
    private final List<Digest> digests;
    private final boolean all;
    private final Names includes;
    private final Names excludes;
    private final Runnable afterEach;

    /**
     * @param afterEach runs for each tag that is looked at: there are many, and many patterns
     * @throws dev.lading.oci.RegistryException if an include with a colon is no digest
     */
    TagFilter(RemoteSettings remote, Runnable afterEach) {
        this.all = remote.includes().isEmpty();
        this.names =
                remote.includes().stream().filter(name -> name.indexOf(':') < 0).toList();
        this.digests = remote.includes().stream()
                .filter(name -> name.indexOf(':') >= 0)
                .map(Digest::parse)
                .toList();
        this.includes = Names.of(names);
        this.excludes = Names.of(remote.excludes());
        this.afterEach = afterEach;
    }

    /** Names, and patterns with {@code *} and {@code ?}. */
    private record Names(Set<String> exact, List<Glob> patterns) {
        static Names of(List<String> names) {
            var byKind = names.stream().map(Glob::new).collect(Collectors.partitioningBy(Glob::isName));
            return new Names(
                    byKind.get(true).stream().map(Glob::pattern).collect(Collectors.toUnmodifiableSet()),
                    byKind.get(false));
        }

        boolean have(Tag tag) {
            return exact.contains(tag.value()) || patterns.stream().anyMatch(pattern -> pattern.matches(tag.value()));
        }
    }

    /** Manifests it names. */
    List<Digest> digests() {
        return digests;
    }

    /** All tags it names, in order, if that can be told without a list of what there is. */
    Optional<List<Tag>> exactly() {
        if (all || !includes.patterns().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(names.stream()
                .distinct()
                .sorted()
                .map(Tag::new)
                .filter(this::selects)
                .toList());
    }

    boolean selects(Tag tag) {
        return !excludes(tag) && (all || includes.have(tag));
    }

    boolean excludes(Tag tag) {
        afterEach.run();
        return excludes.have(tag);
    }
}
