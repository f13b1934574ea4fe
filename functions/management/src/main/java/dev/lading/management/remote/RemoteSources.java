package dev.lading.management.remote;

import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.api.ListingSource;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import jakarta.inject.Singleton;
import java.util.function.Predicate;

/** What lists of remotes show to a caller. */
@Singleton
public class RemoteSources {
    private final RemoteService remotes;
    private final VisibleObjects visible;

    public RemoteSources(RemoteService remotes, VisibleObjects visible) {
        this.remotes = remotes;
        this.visible = visible;
    }

    ListingSource<Remote> remotes(Rights rights) {
        ListingSource<Remote> all = ListingSource.of(() -> visible.remotes(rights));
        return found(all, rights, RemoteKind.CONTAINER, each -> rights.on(each.id(), "view_containerremote"));
    }

    ListingSource<Remote> pullThroughs(Rights rights) {
        ListingSource<Remote> all = ListingSource.of(() -> visible.pullThroughRemotes(rights));
        return found(all, rights, RemoteKind.PULL_THROUGH, each -> rights.on(each, "view_containerpullthroughremote"));
    }

    private ListingSource<Remote> found(
            ListingSource<Remote> all, Rights rights, RemoteKind kind, Predicate<Remote> seen) {
        if (rights.caller().isPresent()) {
            all.only(seen);
        }
        ResourceType type = kind == RemoteKind.CONTAINER ? ResourceType.REMOTE : ResourceType.PULL_THROUGH_REMOTE;
        return ResourceModel.byId(all, type, id -> remotes.find(kind, new RemoteId(id)))
                .by("name", name -> remotes.findNamed(kind, name).stream());
    }
}
