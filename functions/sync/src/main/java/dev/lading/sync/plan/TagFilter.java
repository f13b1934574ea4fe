package dev.lading.sync.plan;

import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tags that a remote selects. */
public final class TagFilter {
    private final List<String> names;
    private final List<Digest> digests;
    private final boolean all;
    private final boolean unfiltered;
    private final Names includes;
    private final Names excludes;
    private final Runnable afterEach;

    /**
     * @param afterEach runs for each tag that is visited: there are many, and many patterns
     * @throws dev.lading.oci.RegistryException if an include with a colon is no digest
     */
    TagFilter(RemoteSettings remote, Runnable afterEach) {
        this.all = remote.includes().isEmpty();
        this.unfiltered = all && remote.excludes().isEmpty();
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

    /** Literal names and {@link Glob patterns}. */
    private record Names(Set<String> exact, List<Glob> patterns) {
        static Names of(List<String> names) {
            List<Glob> globs = names.stream().map(Glob::new).toList();
            return new Names(
                    globs.stream().filter(Glob::isName).map(Glob::pattern).collect(Collectors.toUnmodifiableSet()),
                    globs.stream().filter(glob -> !glob.isName()).toList());
        }

        boolean have(String name) {
            return exact.contains(name) || patterns.stream().anyMatch(pattern -> pattern.matches(name));
        }

        /** Whether they name a companion itself: exactly, or by a pattern that begins as companions do. */
        boolean haveCompanion(String name) {
            return exact.contains(name)
                    || patterns.stream().filter(Names::isOfCompanions).anyMatch(pattern -> pattern.matches(name));
        }

        private static boolean isOfCompanions(Glob pattern) {
            return pattern.pattern().startsWith("sha256-") || pattern.pattern().startsWith("sha512-");
        }
    }

    /** @throws FieldInvalid if one of a remote's includes is no digest, and no tag can match it */
    public static void requireIncludes(String field, List<String> includes) {
        for (String include : includes) {
            if (include.indexOf(':') < 0) {
                requireTags(field, List.of(include));
            } else {
                requireDigest(field, include);
            }
        }
    }

    private static void requireDigest(String field, String include) {
        try {
            Digest.parse(include);
        } catch (DigestInvalid e) {
            throw new FieldInvalid(
                    field,
                    "'" + include + "' is neither a tag, which has no ':', nor a digest, such as sha256: and 64 digits"
                            + " of 0-9 and a-f");
        }
    }

    /** @throws FieldInvalid if no tag can match one of the patterns */
    public static void requireTags(String field, List<String> patterns) {
        for (String pattern : patterns) {
            if (!new Glob(pattern).canMatch()) {
                throw new FieldInvalid(
                        field,
                        "no tag can match '" + pattern + "': tags have up to " + Tag.MAX_LENGTH
                                + " letters, digits and '_', '.' and '-', the last two not at their beginning; a pattern"
                                + " has *, ?, [abc], [a-c] and [!abc] besides, and several patterns are several entries");
            }
        }
    }

    /** Manifests that the remote includes by digest. */
    List<Digest> digests() {
        return digests;
    }

    /** All selected tags, in order, if they are known without the upstream's list. */
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
        return selects(tag.value());
    }

    /**
     * Whether a name is selected for itself. With filters, a companion is only if it is named as such: else it comes
     * with the manifest that it belongs to.
     */
    boolean selects(String name) {
        if (excludes(name)) {
            return false;
        }
        return Companions.isCompanion(name) ? unfiltered || includes.haveCompanion(name) : all || includes.have(name);
    }

    boolean excludes(Tag tag) {
        return excludes(tag.value());
    }

    private boolean excludes(String name) {
        afterEach.run();
        return excludes.have(name);
    }
}
