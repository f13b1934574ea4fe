package dev.lading.sync.plan;

import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Companions;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSettings;
import dev.lading.sync.run.SyncRequest;
import dev.lading.upstream.Fetched;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Walks the upstream's manifests from some tags and digests, and takes those the repository lacks, with indexes'
 * children, companions and referrers, until nothing new is found. Reads what is held before it asks the upstream, and
 * asks for a manifest by its digest at most once. Single-threaded, except for the {@link Question questions}.
 */
final class ManifestWalk {
    /**
     * Limit on the depth of referrers of referrers, so that an upstream that makes them up on request comes to an end.
     */
    private static final int MAX_DEPTH = 30;

    /** Largest document held in memory; larger ones are requested again once they are known to be wanted. */
    private static final int KEPT_BYTES = 64 * 1024;

    private final Upstream upstream;
    private final RemoteSettings remote;
    private final TagFilter filter;
    private final SyncRequest request;
    private final RepositoryView newest;
    private final ManifestService manifests;
    private final ContentService content;
    private final StagingWriter intake;
    private final Omissions omissions;
    private final Findings findings;
    private final Signatures signatures;
    private final Referrers referrers;
    private final Function<Tag, Optional<Digest>> heldTag;
    private final Optional<NavigableSet<String>> names;
    private final boolean completes;

    private final Set<Digest> seen = new HashSet<>();

    /** Visited manifests that an image needs to be pulled whole. */
    private final Set<Digest> needed = new HashSet<>();

    private final Set<Tag> companions = new HashSet<>();
    private List<Question> next = new ArrayList<>();
    private long tagsAnswered;
    private long absent;

    /**
     * @param heldTag the manifest that a tag is on in the repository
     * @param names of all tags of the upstream; empty: they were not listed
     * @param completes whether the repository may list blobs that it is to hold now
     */
    ManifestWalk(
            Upstream upstream,
            RemoteSettings remote,
            TagFilter filter,
            SyncRequest request,
            RepositoryView newest,
            ManifestService manifests,
            ContentService content,
            StagingWriter intake,
            Omissions omissions,
            Function<Tag, Optional<Digest>> heldTag,
            Optional<NavigableSet<String>> names,
            boolean completes) {
        this.upstream = upstream;
        this.remote = remote;
        this.filter = filter;
        this.request = request;
        this.newest = newest;
        this.manifests = manifests;
        this.content = content;
        this.intake = intake;
        this.omissions = omissions;
        this.findings = new Findings(omissions);
        this.signatures = new Signatures(upstream, names);
        this.referrers = new Referrers(upstream, omissions);
        this.heldTag = heldTag;
        this.names = names;
        this.completes = completes;
    }

    /** Adds a tag that the remote names. */
    void wantTag(Tag tag) {
        Trail trail = Trail.of(tag);
        Question asked = question(tag, trail, request.signedOnly() && !Companions.isCompanion(tag));
        Question question = trail.needed() ? asked : optional("tag " + tag, asked);
        next.add(() -> {
            Runnable answer = question.ask();
            return () -> {
                tagsAnswered++;
                answer.run();
            };
        });
    }

    /** Adds a manifest without a tag. */
    void wantManifest(Digest digest) {
        take(digest, Optional.empty(), Trail.includes());
        askCompanionNames(digest);
    }

    /** Asks until everything wanted, and all that belongs to it, is found. */
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

    Findings findings() {
        return findings;
    }

    /** The number of the remote's tags for which there was an answer. */
    long tags() {
        return tagsAnswered;
    }

    long manifests() {
        return seen.size();
    }

    /** The number of manifests that others refer to and the upstream lacks. */
    long absent() {
        return absent;
    }

    private Question question(Tag tag, Trail trail, boolean ifSigned) {
        Optional<Digest> held = heldTag.apply(tag);
        if (held.isPresent() || intake.goesOn()) {
            return () -> {
                Optional<Descriptor> now = upstream.head(new ByTag(tag));
                return () -> now.ifPresentOrElse(
                        on -> tagIs(tag, trail, held, on, Optional.empty(), ifSigned), () -> tagIsAbsent(tag, held));
            };
        }
        return () -> {
            try {
                Fetched fetched = upstream.get(new ByTag(tag));
                return () -> tagIs(tag, trail, held, fetched.descriptor(), Optional.of(fetched), ifSigned);
            } catch (NotFound gone) {
                return () -> tagIsAbsent(tag, held);
            }
        };
    }

    /**
     * A question about content that images do not need: where the upstream refuses it, it is left out, and what the
     * repository holds stays.
     */
    private Question optional(String what, Question question) {
        return () -> {
            try {
                return question.ask();
            } catch (UpstreamException e) {
                requireAnswer(e);
                return () -> omissions.add(what, e.getMessage());
            }
        };
    }

    /** @throws UpstreamException if the failure tells nothing about the upstream, since the run was ended */
    private void requireAnswer(UpstreamException e) {
        if (upstream.isClosed() || Thread.currentThread().isInterrupted()) {
            throw e;
        }
    }

    private void tagIsAbsent(Tag tag, Optional<Digest> held) {
        if (request.mirror() && held.isPresent()) {
            findings.remove(tag);
        }
    }

    private void tagIs(
            Tag tag, Trail trail, Optional<Digest> held, Descriptor now, Optional<Fetched> fetched, boolean ifSigned) {
        if (tag.equals(Companions.referrers(now.digest()))) {
            // GitLab takes the name for the digest.
            tagIsAbsent(tag, held);
            return;
        }
        if (ifSigned) {
            Optional<Fetched> kept = fetched.filter(manifest -> manifest.bytes().length <= KEPT_BYTES);
            whenSigned(
                    tag, now.digest(), () -> tagIs(tag, trail, held, now, kept, false), () -> tagIsAbsent(tag, held));
            return;
        }
        if (held.equals(Optional.of(now.digest())) && !now.mediaType().isIndex()) {
            keep(now.digest(), trail);
        } else {
            take(now.digest(), fetched, trail);
        }
        if (!held.equals(Optional.of(now.digest()))) {
            findings.set(tag, now.digest());
        }
        if (!Companions.isCompanion(tag)) {
            askCompanionNames(now.digest());
        }
    }

    private void whenSigned(Tag tag, Digest digest, Runnable then, Runnable otherwise) {
        if (signatures.areListed(digest)) {
            then.run();
        } else {
            next.add(optional(
                    "tag " + tag + ", of which it is not known whether it is signed",
                    () -> signatures.areThere(digest) ? then : otherwise));
        }
    }

    /** Keeps a manifest that the repository has complete. */
    private void keep(Digest digest, Trail trail) {
        if (isNew(digest, trail)) {
            newest.manifest(digest).filter(held -> completes).ifPresent(held -> complete(held, trail));
            wantWhatBelongsTo(digest);
        }
    }

    /** Whether a manifest was not visited yet, or only as one not needed and now is. */
    private boolean isNew(Digest digest, Trail trail) {
        boolean unseen = seen.add(digest);
        return trail.needed() ? needed.add(digest) : unseen;
    }

    private void take(Digest digest, Optional<Fetched> fetched, Trail trail) {
        if (!isNew(digest, trail)) {
            return;
        }
        Optional<ManifestEntry> held = newest.manifest(digest);
        if (held.isPresent()) {
            if (completes) {
                complete(held.get(), trail);
            }
            if (held.get().mediaType().isIndex()) {
                // The held index may have fewer platforms than are wanted now.
                wantChildren(digest, manifests.parsed(held.get()), trail);
            }
            wantWhatBelongsTo(digest);
        } else if (fetched.isPresent()) {
            stage(fetched.get(), trail);
        } else {
            Optional<ManifestEntry> before = intake.before(digest);
            before.ifPresentOrElse(
                    entry -> staged(digest, manifests.parsed(entry), trail),
                    () -> content.manifest(digest)
                            .filter(entry -> intake.mayLink(digest))
                            .ifPresentOrElse(
                                    entry -> stageFromHere(entry, trail), () -> next.add(() -> fetch(digest, trail))));
        }
    }

    private void complete(ManifestEntry held, Trail trail) {
        intake.complete(manifests.parsed(held), newest, trail.behind(held.digest()));
    }

    private Runnable fetch(Digest digest, Trail trail) {
        try {
            Fetched fetched = get(digest, trail);
            return () -> stage(fetched, trail);
        } catch (NotFound gone) {
            return () -> {
                absent++;
                findings.drop(digest, trail, "the upstream names manifest " + digest + " and does not have it");
            };
        } catch (UpstreamException e) {
            requireAnswer(e);
            return () -> {
                requireOptional(digest, trail, e.getMessage());
                findings.drop(digest, trail, e.getMessage());
            };
        }
    }

    /** A manifest by digest, or by tag where the upstream serves it by that alone. */
    private Fetched get(Digest digest, Trail trail) {
        try {
            return upstream.get(new ByDigest(digest));
        } catch (NotFound gone) {
            return trail.tag()
                    .filter(tag -> trail.isTag())
                    .map(tag -> upstream.get(new ByTag(tag)))
                    .filter(fetched -> fetched.descriptor().digest().equals(digest))
                    .orElseThrow(() -> gone);
        }
    }

    /** @throws UpstreamFailed if an image needs the manifest */
    private void requireOptional(Digest digest, Trail trail, String why) {
        if (trail.needed() || needed.contains(digest)) {
            throw new UpstreamFailed(why + " (manifest " + digest + ", wanted for " + trail + ")");
        }
    }

    private void stageFromHere(ManifestEntry entry, Trail trail) {
        try {
            byte[] body = manifests.body(entry);
            stage(entry.digest(), Manifest.parse(body, Optional.of(entry.mediaType())), body, trail);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stage(Fetched fetched, Trail trail) {
        Digest digest = fetched.descriptor().digest();
        if (fetched.manifest().isEmpty()) {
            String why = "manifest " + digest + " of " + upstream + " is "
                    + fetched.notKept()
                            .map(what -> what + ", which is not kept")
                            .orElse("no manifest; its type is "
                                    + fetched.descriptor().mediaType());
            if (fetched.notKept().isEmpty()) {
                requireOptional(digest, trail, why);
            }
            findings.drop(digest, trail, why);
            return;
        }
        try {
            stage(digest, fetched.manifest().get(), fetched.bytes(), trail);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stage(Digest digest, Manifest manifest, byte[] body, Trail trail) throws IOException {
        intake.manifest(digest, manifest, body);
        staged(digest, manifest, trail);
    }

    private void staged(Digest digest, Manifest manifest, Trail trail) {
        findings.staged(digest);
        Trail behind = trail.behind(digest);
        intake.content(manifest, behind);
        wantChildren(digest, manifest, trail);
        wantWhatBelongsTo(digest);
    }

    private void wantChildren(Digest digest, Manifest index, Trail trail) {
        Trail behind = trail.behind(digest);
        Children.wanted(index, remote.platforms()).forEach(child -> take(child, Optional.empty(), behind));
    }

    private void wantWhatBelongsTo(Digest digest) {
        names.ifPresent(listed -> {
            Companions.of(digest, listed).forEach(this::wantCompanion);
            if (request.mirror()) {
                Companions.of(digest)
                        .filter(tag -> !listed.contains(tag.value()) && !filter.selects(tag) && !filter.excludes(tag))
                        .filter(tag -> heldTag.apply(tag).isPresent())
                        .forEach(findings::remove);
            }
        });
        if (remote.referrers()) {
            next.add(optional(Referrers.name(digest), () -> referrers.ask(digest, list -> referrersAre(digest, list))));
        }
    }

    /** Adds a companion, unless the remote's filters name it: then it is added by itself. */
    private void wantCompanion(Tag tag) {
        if (!filter.excludes(tag) && (request.signedOnly() || !filter.selects(tag)) && companions.add(tag)) {
            next.add(optional("tag " + tag, question(tag, Trail.of(tag), false)));
        }
    }

    /** Asks for each possible companion by name, since tags were not listed. */
    private void askCompanionNames(Digest digest) {
        if (names.isEmpty() && remote.referrers()) {
            Companions.of(digest).forEach(this::wantCompanion);
        }
    }

    private void referrersAre(Digest subject, List<Descriptor> all) {
        all.forEach(referrer -> take(referrer.digest(), Optional.empty(), Trail.referrers(subject)));
        if (request.mirror()) {
            Set<Digest> there = new HashSet<>();
            all.forEach(referrer -> there.add(referrer.digest()));
            newest.referrers(subject, Optional.empty(), 1000).entries().stream()
                    .map(entry -> entry.descriptor().digest())
                    .filter(referrer -> !there.contains(referrer))
                    .forEach(findings::remove);
        }
    }
}
