package dev.lading.sync;

import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSettings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which of an upstream's tags a remote names. */
final class TagFilter {
    private final List<String> names;
    private final List<Digest> digests;
    private final boolean all;
    private final List<Pattern> includes;
    private final List<Pattern> excludes;

    /** @throws dev.lading.oci.RegistryException if an include with a colon is no digest */
    TagFilter(RemoteSettings remote) {
        this.all = remote.includes().isEmpty();
        this.names =
                remote.includes().stream().filter(name -> name.indexOf(':') < 0).toList();
        this.digests = remote.includes().stream()
                .filter(name -> name.indexOf(':') >= 0)
                .map(Digest::parse)
                .toList();
        this.includes = names.stream().map(TagFilter::pattern).toList();
        this.excludes = remote.excludes().stream().map(TagFilter::pattern).toList();
    }

    /** {@code *} and {@code ?} stand for any characters and any one. */
    private static Pattern pattern(String glob) {
        return Pattern.compile(glob.chars()
                .mapToObj(c -> switch (c) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(c));
                })
                .collect(Collectors.joining()));
    }

    /** Manifests it names. */
    List<Digest> digests() {
        return digests;
    }

    /** All tags it names, in order, if that can be told without a list of what there is. */
    Optional<List<Tag>> exactly() {
        if (all || names.stream().anyMatch(name -> name.contains("*") || name.contains("?"))) {
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
        return !excludes(tag) && (all || matchesAny(includes, tag));
    }

    boolean excludes(Tag tag) {
        return matchesAny(excludes, tag);
    }

    private static boolean matchesAny(List<Pattern> patterns, Tag tag) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.matcher(tag.value()).matches());
    }
}
