package dev.lading.sync.demand;

import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests.Listed;
import dev.lading.content.ThroughManifests.Served;
import dev.lading.content.UpstreamAsked;
import dev.lading.history.Pull;
import dev.lading.history.PullThrough;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Companions;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.Tag;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.repository.RepositoryService;
import dev.lading.upstream.Fetched;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Asks upstreams for manifests that are pulled through, and commits what they answer. Its callers wait. */
final class ManifestTaking {
    /** Limit on the referrers of one manifest that are taken at once; more are taken when they are asked for again. */
    private static final int MAX_REFERRERS = 100;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final ManifestService manifests;
    private final ThroughNames names;
    private final NamesMade made;
    private final RemoteClients clients;
    private final InstantSource clock;

    /** Held while a name is made. */
    private final ReentrantLock making = new ReentrantLock();

    /** Why upstreams are left alone, by the pull-through remote. */
    private final ShortMemory<RemoteId, String> limited;

    /** @param remembered how long an upstream that limits how often it is asked is left alone */
    ManifestTaking(
            MetadataStore store,
            RepositoryService repositories,
            ManifestService manifests,
            ThroughNames names,
            NamesMade made,
            RemoteClients clients,
            InstantSource clock,
            Duration remembered) {
        this.store = store;
        this.repositories = repositories;
        this.manifests = manifests;
        this.names = names;
        this.made = made;
        this.clients = clients;
        this.clock = clock;
        this.limited = new ShortMemory<>(clock, remembered);
    }

    /**
     * Asks for a manifest.
     *
     * @param held what is here of the tag
     * @throws dev.lading.oci.RegistryException that says what the upstream answered
     */
    Served manifest(Pull pull, Reference reference, String principal, Optional<ManifestEntry> held) {
        return new Asking(pull, reference, principal).served(held);
    }

    /** Asks for the referrers of a manifest that is here, and takes them. */
    Listed referrers(Pull pull, Digest subject, String principal) {
        return new Asking(pull, new ByDigest(subject), principal).takeReferrers(subject);
    }

    /** One question to the upstream, and the commit of its answer. */
    private final class Asking {
        private final Pull pull;
        private final Reference reference;
        private final PullThrough through;
        private final String principal;
        private final BlobOrigin origin;

        Asking(Pull pull, Reference reference, String principal) {
            this.pull = pull;
            this.reference = reference;
            this.through = pull.through().orElseThrow();
            this.principal = principal;
            this.origin = new BlobOrigin(through.remote(), through.upstreamName(pull.name()));
        }

        Served served(Optional<ManifestEntry> held) {
            names.require(through, pull.name());
            requireUnlimited();
            try (var lease = clients.lease(origin)) {
                return held.isPresent() && reference instanceof ByTag(Tag tag)
                        ? refreshed(lease, tag, held.get())
                        : taken(lease, reference);
            } catch (NotFound e) {
                throw new ManifestUnknown(pull.name(), reference, e.getMessage());
            } catch (UpstreamException e) {
                if (e instanceof Refused) {
                    // Docker Hub says so, too, of what it does not have.
                    held.ifPresent(entry -> gone(entry, false));
                }
                throw failure(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Notes that the upstream does not give the tag any more, so that what is held of it is not given up. */
        private void gone(ManifestEntry held, boolean missing) {
            if (!(reference instanceof ByTag(Tag tag))) {
                return;
            }
            var now = new UpstreamAsked(
                    held.repository(), UpstreamAsked.of(tag), clock.instant(), Optional.of(held.digest()), missing);
            boolean isKnown = store.get(UpstreamAsked.TABLE, UpstreamAsked.key(held.repository(), now.what()))
                    .filter(before -> before.gone().equals(now.gone()) && (before.missing() || !missing))
                    .isPresent();
            if (!isKnown) {
                store.writeUnsynced(List.of(Write.put(UpstreamAsked.TABLE, now)));
            }
        }

        private Served refreshed(RemoteClients.Lease lease, Tag tag, ManifestEntry held) throws IOException {
            Upstream upstream = lease.upstream();
            Optional<Descriptor> now = upstream.head(reference);
            if (now.isEmpty()) {
                gone(held, true);
                String gone = upstream + " no longer has tag " + tag;
                throw through.hidesGone()
                        ? new ManifestUnknown(pull.name(), reference, gone)
                        : new UpstreamFailed(gone);
            }
            if (now.get().digest().equals(held.digest())) {
                asked(held.repository(), UpstreamAsked.of(tag));
                return new Served(held, Optional.empty());
            }
            Optional<ManifestEntry> other = pull.require().manifest(now.get().digest());
            return other.isPresent()
                    ? commit(
                            lease,
                            other.get().digest(),
                            manifests.parsed(other.get()),
                            manifests.body(other.get()),
                            Optional.of(tag))
                    : taken(lease, reference);
        }

        private Served taken(RemoteClients.Lease lease, Reference wanted) throws IOException {
            Upstream upstream = lease.upstream();
            Fetched fetched = upstream.get(wanted);
            lease.fetched(fetched.bytes().length);
            Manifest manifest = fetched.manifest()
                    .orElseThrow(() -> new UpstreamFailed("what " + upstream + " sent for '" + wanted + "' is "
                            + fetched.notKept().orElse("no manifest") + ", which cannot be pulled through"));
            Optional<Tag> tag = wanted instanceof ByTag(Tag named) ? Optional.of(named) : Optional.empty();
            return commit(lease, fetched.descriptor().digest(), manifest, fetched.bytes(), tag);
        }

        private Served commit(
                RemoteClients.Lease lease, Digest digest, Manifest manifest, byte[] body, Optional<Tag> tag)
                throws IOException {
            RepositoryId repository =
                    pull.view().map(RepositoryView::repository).orElseGet(() -> newRepository(lease.remote()));
            manifests.list(repository, digest, manifest, body, tag.map(Set::of).orElse(Set.of()), origin);
            tag.ifPresent(named -> asked(repository, UpstreamAsked.of(named)));
            Pull after = repositories.pull(pull.name());
            return new Served(manifests.get(after, new ByDigest(digest)), Optional.empty());
        }

        private UpstreamFailed failure(UpstreamException e) {
            if (e instanceof RateLimited) {
                limited.put(through.remote(), e.getMessage());
            }
            return new UpstreamFailed(e.getMessage());
        }

        /** What one client was told is told to all: the upstream counts them together. */
        private void requireUnlimited() {
            limited.get(through.remote()).ifPresent(why -> {
                throw new UpstreamFailed(why);
            });
        }

        /** The repository of a new name, which counts once, however many of its tags and digests are pulled at once. */
        private RepositoryId newRepository(Remote source) {
            making.lock();
            try {
                Optional<RepositoryView> meanwhile =
                        repositories.pull(pull.name()).view();
                return meanwhile
                        .map(RepositoryView::repository)
                        .orElseGet(
                                () -> names.make(through, pull.name(), source, origin, () -> made.counting(principal)));
            } finally {
                making.unlock();
            }
        }

        Listed takeReferrers(Digest subject) {
            requireUnlimited();
            RepositoryView view = pull.require();
            try (var lease = clients.lease(origin)) {
                List<Digest> missing = listed(lease.upstream(), subject).stream()
                        .filter(referrer -> view.manifest(referrer).isEmpty())
                        .toList();
                List<String> faults = new ArrayList<>();
                for (Digest referrer : missing.subList(0, Math.min(missing.size(), MAX_REFERRERS))) {
                    take(lease, referrer).ifPresent(faults::add);
                }
                if (missing.size() > MAX_REFERRERS) {
                    faults.add((missing.size() - MAX_REFERRERS) + " more referrers are fetched when they are asked for"
                            + " again");
                }
                if (faults.isEmpty()) {
                    asked(view.repository(), UpstreamAsked.referrersOf(subject));
                }
                return new Listed(
                        repositories.pull(pull.name()), faults.stream().findFirst());
            } catch (UpstreamException e) {
                throw failure(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Takes one referrer; says why it cannot be had, where others may. */
        private Optional<String> take(RemoteClients.Lease lease, Digest referrer) throws IOException {
            try {
                var _ = taken(lease, new ByDigest(referrer));
                return Optional.empty();
            } catch (NotFound | InvalidAnswer | UpstreamFailed e) {
                return Optional.of("a referrer that the upstream lists cannot be had: " + e.getMessage());
            }
        }

        /** By the API or, where there is none, by the tag that stands for it. Source: distribution-spec v1.1. */
        private static List<Digest> listed(Upstream upstream, Digest subject) {
            Optional<List<Descriptor>> listed = upstream.referrers(subject);
            if (listed.isPresent()) {
                return listed.get().stream().map(Descriptor::digest).toList();
            }
            try {
                return upstream.get(new ByTag(Companions.referrers(subject)))
                        .manifest()
                        .map(Manifest::manifests)
                        .orElse(List.of());
            } catch (NotFound none) {
                return List.of();
            }
        }

        private void asked(RepositoryId repository, String what) {
            store.writeUnsynced(
                    List.of(Write.put(UpstreamAsked.TABLE, UpstreamAsked.answered(repository, what, clock.instant()))));
        }
    }
}
