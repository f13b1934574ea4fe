package dev.lading.sync;

import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.curation.Arrival.TagOn;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSettings;
import dev.lading.repository.ManifestEntry;
import dev.lading.repository.RepositoryView;
import dev.lading.upstream.Fetched;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.UpstreamException.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks at what the upstream has behind some names, and takes what the repository lacks: manifests with the manifests of
 * indexes, with their companions and referrers. What is found leads to more questions, until there are none. Reads what is held
 * before it asks for anything, and asks for a manifest by its digest at most once. For one thread, but for the questions.
 */
final class Harvest {
    /** Referrers of referrers of referrers. An upstream that makes them up as it is asked must come to an end. */
    private static final int MAX_DEPTH = 30;

    /** A larger one is asked for again when it is known to be wanted. */
    private static final int KEPT_BYTES = 64 * 1024;

    private final Upstream upstream;
    private final RemoteSettings remote;
    private final TagFilter filter;
    private final SyncRequest request;
    private final RepositoryView newest;
    private final ManifestService manifests;
    private final ContentService content;
    private final Intake intake;
    private final Function<Tag, Optional<Digest>> heldTag;
    private final Optional<NavigableSet<String>> names;

    private final Set<Digest> seen = new HashSet<>();
    private final Set<Tag> companions = new HashSet<>();
    private List<Question> next = new ArrayList<>();
    private List<TagOn> tags = new ArrayList<>();
    private List<Tag> removedTags = new ArrayList<>();
    private List<Digest> staged = new ArrayList<>();
    private List<Digest> removedManifests = new ArrayList<>();
    private long tagsAnswered;
    private final Set<Digest> absent = new HashSet<>();

    /**
     * @param heldTag what a tag is on in the repository
     * @param names of all tags of the upstream; empty: they were not listed
     */
    Harvest(
            Upstream upstream,
            RemoteSettings remote,
            TagFilter filter,
            SyncRequest request,
            RepositoryView newest,
            ManifestService manifests,
            ContentService content,
            Intake intake,
            Function<Tag, Optional<Digest>> heldTag,
            Optional<NavigableSet<String>> names) {
        this.upstream = upstream;
        this.remote = remote;
        this.filter = filter;
        this.request = request;
        this.newest = newest;
        this.manifests = manifests;
        this.content = content;
        this.intake = intake;
        this.heldTag = heldTag;
        this.names = names;
    }

    /** Wants a tag that the remote names. */
    void wantTag(Tag tag) {
        Question question = question(tag, request.signedOnly() && !Companions.isCompanion(tag));
        next.add(() -> {
            Runnable answer = question.ask();
            return () -> {
                tagsAnswered++;
                answer.run();
            };
        });
    }

    /** Has a tag of the repository removed. */
    void remove(Tag tag) {
        removedTags.add(tag);
    }

    /** Wants a manifest without a tag. */
    void wantManifest(Digest digest) {
        take(digest, Optional.empty());
        askCompanionNames(digest);
    }

    /** Asks until all is found that belongs to what is wanted. */
    void gather(int atOnce, Runnable afterEach) {
        for (int depth = 0; !next.isEmpty(); depth++) {
            if (depth == MAX_DEPTH) {
                throw new UpstreamFailed(
                        upstream + " names indexes of indexes, or referrers of referrers, without an end");
            }
            List<Question> wave = next;
            next = new ArrayList<>();
            Question.askAll(wave, atOnce, afterEach);
        }
    }

    /** What was found since the last time it was asked for. */
    SyncPart found(int number) {
        // Moved on since it was looked at; the next sync finds where to.
        tags.removeIf(tag -> absent.contains(tag.manifest()));
        var part = new SyncPart(intake.run().staging(), number, tags, removedTags, staged, removedManifests);
        tags = new ArrayList<>();
        removedTags = new ArrayList<>();
        staged = new ArrayList<>();
        removedManifests = new ArrayList<>();
        return part;
    }

    /** Of the tags that the remote names, those that were answered. */
    long tags() {
        return tagsAnswered;
    }

    long manifests() {
        return seen.size();
    }

    /** Manifests that others name and the upstream lacks. */
    long absent() {
        return absent.size();
    }

    private Question question(Tag tag, boolean ifSigned) {
        Optional<Digest> held = heldTag.apply(tag);
        if (held.isPresent() || intake.goesOn()) {
            return () -> {
                Optional<Descriptor> now = upstream.head(new ByTag(tag));
                return () -> now.ifPresentOrElse(
                        on -> tagIs(tag, held, on, Optional.empty(), ifSigned), () -> tagIsAbsent(tag, held));
            };
        }
        return () -> {
            try {
                Fetched fetched = upstream.get(new ByTag(tag));
                return () -> tagIs(tag, held, fetched.descriptor(), Optional.of(fetched), ifSigned);
            } catch (NotFound gone) {
                return () -> tagIsAbsent(tag, held);
            }
        };
    }

    private void tagIsAbsent(Tag tag, Optional<Digest> held) {
        if (request.mirror() && held.isPresent()) {
            removedTags.add(tag);
        }
    }

    private void tagIs(Tag tag, Optional<Digest> held, Descriptor now, Optional<Fetched> fetched, boolean ifSigned) {
        if (ifSigned) {
            Optional<Fetched> kept = fetched.filter(manifest -> manifest.bytes().length <= KEPT_BYTES);
            whenSigned(now.digest(), () -> tagIs(tag, held, now, kept, false), () -> tagIsAbsent(tag, held));
            return;
        }
        if (held.equals(Optional.of(now.digest())) && !now.mediaType().isIndex()) {
            keep(now.digest());
        } else {
            take(now.digest(), fetched);
        }
        if (!held.equals(Optional.of(now.digest()))) {
            tags.add(new TagOn(tag, now.digest()));
        }
        if (!Companions.isCompanion(tag)) {
            askCompanionNames(now.digest());
        }
    }

    private void whenSigned(Digest digest, Runnable then, Runnable otherwise) {
        Tag signature = Companions.signature(digest);
        if (isListed(signature)) {
            then.run();
        } else {
            next.add(() -> hasSigningReferrer(digest) || (names.isEmpty() && isThere(signature)) ? then : otherwise);
        }
    }

    private boolean isListed(Tag tag) {
        return names.isPresent() && names.get().contains(tag.value());
    }

    private boolean isThere(Tag tag) {
        return upstream.head(new ByTag(tag)).isPresent();
    }

    private boolean hasSigningReferrer(Digest digest) {
        Optional<List<Descriptor>> referrers = upstream.referrers(digest);
        if (referrers.isPresent()) {
            return referrers.get().stream().anyMatch(referrer -> Companions.isSignature(referrer.artifactType()));
        }
        Tag index = Companions.referrers(digest);
        return (names.isEmpty() || isListed(index)) && namesSignature(index);
    }

    private boolean namesSignature(Tag index) {
        try {
            return upstream.get(new ByTag(index)).manifest().stream()
                    .flatMap(manifest -> manifest.children().stream())
                    .anyMatch(child -> Companions.isSignature(child.artifactType()));
        } catch (NotFound absent) {
            return false;
        }
    }

    /** A manifest that is in the repository with all it names. */
    private void keep(Digest digest) {
        if (seen.add(digest)) {
            wantWhatBelongsTo(digest);
        }
    }

    private void take(Digest digest, Optional<Fetched> fetched) {
        if (!seen.add(digest)) {
            return;
        }
        Optional<ManifestEntry> held = newest.manifest(digest);
        if (held.isPresent()) {
            if (held.get().mediaType().isIndex()) {
                // It may hold fewer platforms than are wanted now.
                wantChildren(manifests.parsed(held.get()));
            }
            wantWhatBelongsTo(digest);
        } else if (fetched.isPresent()) {
            stage(fetched.get());
        } else {
            Optional<ManifestEntry> before = intake.before(digest);
            before.ifPresentOrElse(
                    entry -> staged(digest, manifests.parsed(entry)),
                    () -> content.manifest(digest)
                            .ifPresentOrElse(this::stageFromHere, () -> next.add(() -> fetch(digest))));
        }
    }

    private Runnable fetch(Digest digest) {
        try {
            Fetched fetched = upstream.get(new ByDigest(digest));
            return () -> stage(fetched);
        } catch (NotFound gone) {
            return () -> absent.add(digest);
        }
    }

    private void stageFromHere(ManifestEntry entry) {
        try {
            byte[] body = manifests.body(entry);
            stage(entry.digest(), Manifest.parse(body, Optional.of(entry.mediaType())), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stage(Fetched fetched) {
        Descriptor descriptor = fetched.descriptor();
        Manifest manifest = fetched.manifest()
                .orElseThrow(() -> new UpstreamFailed("manifest " + descriptor.digest() + " of " + upstream
                        + " is of type " + descriptor.mediaType()
                        + ", which is not kept here; exclude the tags that are on it"));
        try {
            stage(descriptor.digest(), manifest, fetched.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stage(Digest digest, Manifest manifest, byte[] body) throws IOException {
        intake.manifest(digest, manifest, body);
        staged(digest, manifest);
    }

    private void staged(Digest digest, Manifest manifest) {
        staged.add(digest);
        manifest.content().forEach(intake::blob);
        wantChildren(manifest);
        wantWhatBelongsTo(digest);
    }

    private void wantChildren(Manifest index) {
        Map<String, Boolean> described = new HashMap<>();
        index.children().stream()
                .filter(child -> child.describes().isEmpty())
                .forEach(child -> described.merge(child.digest().toString(), isForPlatform(child), Boolean::logicalOr));
        index.children().stream()
                .filter(child -> isWanted(child, described))
                .forEach(child -> take(child.digest(), Optional.empty()));
    }

    /**
     * What is for no platform in particular is wanted, unless it attests something of a manifest that is not.
     *
     * @param described whether it is wanted, by the digest of what attests nothing itself
     */
    private boolean isWanted(Manifest.Child child, Map<String, Boolean> described) {
        return remote.platforms().isEmpty()
                || child.describes()
                        .map(what -> described.getOrDefault(what, false))
                        .orElseGet(() -> isForPlatform(child));
    }

    private boolean isForPlatform(Manifest.Child child) {
        return child.platform().isEmpty()
                || remote.platforms().stream().anyMatch(wanted -> {
                    String platform = child.platform().get();
                    return platform.equals(wanted.toString()) || platform.startsWith(wanted + "/");
                });
    }

    private void wantWhatBelongsTo(Digest digest) {
        names.ifPresent(listed -> {
            Companions.of(digest, listed).forEach(this::wantCompanion);
            if (request.mirror()) {
                Companions.of(digest)
                        .filter(tag -> !listed.contains(tag.value()) && !filter.selects(tag) && !filter.excludes(tag))
                        .filter(tag -> heldTag.apply(tag).isPresent())
                        .forEach(removedTags::add);
            }
        });
        if (remote.referrers()) {
            next.add(() -> {
                Optional<List<Descriptor>> referrers = upstream.referrers(digest);
                return () -> referrers.ifPresent(list -> referrersAre(digest, list));
            });
        }
    }

    /** Those that the remote's filters name come by themselves. */
    private void wantCompanion(Tag tag) {
        if (!filter.excludes(tag) && (request.signedOnly() || !filter.selects(tag)) && companions.add(tag)) {
            next.add(question(tag, false));
        }
    }

    /** Where tags were not listed, companions of what the remote names are asked for one by one. */
    private void askCompanionNames(Digest digest) {
        if (names.isEmpty() && remote.referrers()) {
            Companions.of(digest).forEach(this::wantCompanion);
        }
    }

    private void referrersAre(Digest subject, List<Descriptor> referrers) {
        referrers.forEach(referrer -> take(referrer.digest(), Optional.empty()));
        if (request.mirror()) {
            Set<Digest> there = new HashSet<>();
            referrers.forEach(referrer -> there.add(referrer.digest()));
            newest.referrers(subject, Optional.empty(), 1000).entries().stream()
                    .map(entry -> entry.descriptor().digest())
                    .filter(referrer -> !there.contains(referrer))
                    .forEach(removedManifests::add);
        }
    }
}
