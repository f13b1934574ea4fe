package dev.lading.sync.plan;

import dev.lading.oci.Companions;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.Tag;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * The manifests of an upstream that are signed with cosign.
 *
 * @param names of all tags of the upstream; empty: they were not listed
 */
record Signatures(Upstream upstream, Optional<NavigableSet<String>> names) {
    /** Whether the tag list has a signature, so that no request is needed. */
    boolean areListed(Digest digest) {
        return isListed(Companions.signature(digest));
    }

    boolean areThere(Digest digest) {
        return isNamedByReferrer(digest) || (names.isEmpty() && isThere(Companions.signature(digest)));
    }

    private boolean isListed(Tag tag) {
        return names.isPresent() && names.get().contains(tag.value());
    }

    private boolean isThere(Tag tag) {
        return upstream.head(new ByTag(tag)).isPresent();
    }

    private boolean isNamedByReferrer(Digest digest) {
        Optional<List<Descriptor>> referrers = upstream.referrers(digest);
        if (referrers.isPresent()) {
            return referrers.get().stream().anyMatch(referrer -> Companions.isSignature(referrer.artifactType()));
        }
        Tag index = Companions.referrers(digest);
        return (names.isEmpty() || isListed(index)) && isNamedBy(index);
    }

    private boolean isNamedBy(Tag index) {
        try {
            return upstream.get(new ByTag(index)).manifest().stream()
                    .flatMap(manifest -> manifest.children().stream())
                    .anyMatch(child -> Companions.isSignature(child.artifactType()));
        } catch (NotFound absent) {
            return false;
        }
    }
}
