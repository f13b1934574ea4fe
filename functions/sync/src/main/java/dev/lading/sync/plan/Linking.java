package dev.lading.sync.plan;

import dev.lading.account.PrincipalId;
import dev.lading.content.ContentService;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.row.ContentKind;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import java.util.Optional;

/**
 * Decides whether a run takes what the registry holds already instead of fetching it. An upstream may name any digest, so
 * a user's run takes only what a repository holds that the user may read; else the upstream has to have it.
 */
public final class Linking {
    /** Limit on repositories that are asked; behind them, it is fetched. */
    private static final int MAX_HOLDERS = 20;

    private final ContentService content;
    private final RepositoryService repositories;
    private final RightsService rights;

    public Linking(ContentService content, RepositoryService repositories, RightsService rights) {
        this.content = content;
        this.repositories = repositories;
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
     * @param caller who asked for it; empty: an administrator, who may read everything
     */
    public Rule of(Optional<PrincipalId> caller) {
        if (caller.isEmpty()) {
            return (kind, digest) -> true;
        }
        Optional<Rights> held = caller.flatMap(rights::of);
        return (kind, digest) -> held.isPresent() && reads(held.get(), kind, digest);
    }

    private boolean reads(Rights held, ContentKind kind, Digest digest) {
        return content.repositories(kind, digest.toString())
                .limit(MAX_HOLDERS)
                .anyMatch(id -> repositories
                        .find(id)
                        .filter(each -> held.on(each, "view_containerrepository"))
                        .isPresent());
    }
}
