package dev.lading.management.distribution;

import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Schema;
import dev.lading.management.content.ContentReferences;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import jakarta.inject.Singleton;

/** Lists of distributions, with the filter that needs a look-up. */
@Singleton
public class DistributionLists {
    private final ContentReferences references;
    private final PullThroughService pullThroughs;
    private final VisibleObjects visible;

    public final Listing<DistributionModel.Shown> distributions = servingContent(DistributionModel.list());
    public final Listing<Listed> allDistributions = servingContent(DistributionModel.genericList());

    public DistributionLists(ContentReferences references, PullThroughService pullThroughs, VisibleObjects visible) {
        this.references = references;
        this.pullThroughs = pullThroughs;
        this.visible = visible;
    }

    /** Pull-through distributions that a caller sees; there are few of them. */
    ListingSource<PullThroughDistribution> pullThroughs(Rights rights) {
        ListingSource<PullThroughDistribution> all = ListingSource.of(() -> visible.pullThroughs(rights));
        if (rights.caller().isPresent()) {
            all.only(rights::sees);
        }
        return ResourceModel.byId(all, ResourceType.PULL_THROUGH, id -> pullThroughs.find(new DistributionId(id)))
                .by("name", name -> pullThroughs.findNamed(name).stream())
                .by(
                        "base_path",
                        path -> visible.pullThroughs(rights)
                                .filter(each ->
                                        each.settings().basePath().value().equals(path)));
    }

    private <T extends Listed> Listing<T> servingContent(Listing<T> listing) {
        return listing.filter(new Filter<>("with_content", Schema.TEXT, false, values -> {
            ContentUnit unit = references.unit("with_content", values.getFirst());
            return shown -> shown.version()
                    .or(() -> shown.repository()
                            .map(id -> references.version("repository", ResourceType.REPOSITORY.href(id))))
                    .filter(version -> references.view(version).holds(unit))
                    .isPresent();
        }));
    }
}
