package dev.lading.sync.plan;

import dev.lading.account.PrincipalId;
import dev.lading.account.Sponsor;
import dev.lading.content.ContentService;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether a run takes what the registry holds already instead of fetching it. An upstream may name any digest, so
 * a run for users takes only what a repository holds that they may read; else the upstream has to have it.
 */
public final class Linking {
    /** Limit on repositories that are asked; behind them, it is fetched. */
    private static final int MAX_HOLDERS = 20;

    private final ContentService content;
    private final RepositoryService repositories;
    private final RemoteService remotes;
    private final RightsService rights;

    public Linking(
            ContentService content, RepositoryService repositories, RemoteService remotes, RightsService rights) {
        this.content = content;
        this.repositories = repositories;
        this.remotes = remotes;
        this.rights = rights;
    }

    /** Whether content may be taken from other repositories. */
    @FunctionalInterface
    public interface Rule {
        boolean allows(ContentKind kind, Digest digest);
    }

    /**
     * The rule for a run.
     *
     * @param caller who asked for it; empty: an administrator, or a schedule
     */
    public Rule of(RepositoryId repository, RemoteId remote, Optional<PrincipalId> caller) {
        List<Optional<Rights>> held =
                sponsors(repository, remote, caller).map(rights::of).toList();
        return (kind, digest) -> held.stream().allMatch(each -> each.isPresent() && reads(each.get(), kind, digest));
    }

    /**
     * The users and robots who all must be able to read what is taken. Who set the repository's remote chose what may
     * come by it, whoever asks for the run; a remote that is named for one run is its caller's choice. And whoever said
     * where the remote leads chose it, too.
     */
    private Stream<PrincipalId> sponsors(RepositoryId id, RemoteId remote, Optional<PrincipalId> caller) {
        RepositorySettings settings = repositories.get(id).settings();
        Optional<PrincipalId> chose = settings.remote().equals(Optional.of(remote))
                ? settings.sponsor().map(Sponsor::account).orElse(caller)
                : caller;
        Optional<PrincipalId> leads = remotes.get(remote).sponsor().flatMap(Sponsor::account);
        return Stream.concat(chose.stream(), leads.stream()).distinct();
    }

    private boolean reads(Rights held, ContentKind kind, Digest digest) {
        return content.repositories(kind, digest.toString())
                .limit(MAX_HOLDERS)
                .anyMatch(id -> repositories
                                .find(id)
                                .filter(each -> held.on(each, "view_containerrepository"))
                                .isPresent()
                        && content.holds(id, kind, digest.toString()));
    }
}
