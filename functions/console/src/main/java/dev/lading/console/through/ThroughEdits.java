package dev.lading.console.through;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.management.access.Right;
import dev.lading.management.distribution.PullThroughModel;
import dev.lading.management.distribution.PullThroughResource;
import dev.lading.management.resource.ResourceModel;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;

/** {@code /ui/pull-through/…/edit}: changes the settings of a pull-through cache. */
@Path(ConsolePath.ROOT + "/pull-through/{" + ThroughPages.HREF + "}/edit")
@Needs(Permission.SESSION)
public class ThroughEdits {
    private static final int BAD_REQUEST = 400;

    private final PullThroughService pullThroughs;
    private final PullThroughResource resource;
    private final ConsolePages pages;

    public ThroughEdits(PullThroughService pullThroughs, PullThroughResource resource, ConsolePages pages) {
        this.pullThroughs = pullThroughs;
        this.resource = resource;
        this.pages = pages;
    }

    @GET
    @Right("change_containerpullthroughdistribution")
    public Response form(@PathParam(ThroughPages.HREF) String id, @Context RoutingContext request) {
        PullThroughDistribution cache = get(id);
        return pages.answer(page(request, cache, input(cache.settings())));
    }

    private PullThroughDistribution get(String id) {
        return pullThroughs.get(new DistributionId(ResourceModel.pathId(id)));
    }

    private ThroughEditPage page(RoutingContext request, PullThroughDistribution cache, FormInput input) {
        Frame page = pages.page(request, Frame.Section.MIRRORS, "Change a pull-through cache");
        return new ThroughEditPage(page, cache, input);
    }

    private static FormInput input(PullThroughSettings settings) {
        Map<String, String> values = new HashMap<>();
        values.put("name", settings.name());
        values.put("base_path", settings.basePath().value());
        values.put("freshness", Integer.toString(settings.freshnessSeconds()));
        settings.description().ifPresent(text -> values.put("description", text));
        settings.retainVersions().ifPresent(number -> values.put("retain_repo_versions", number.toString()));
        settings.eviction().afterDays().ifPresent(days -> values.put("evict_after_days", days.toString()));
        settings.eviction().maxBytes().ifPresent(bytes -> values.put("max_bytes", bytes.toString()));
        Map.of(
                        "private", settings.restricted(),
                        "anonymous_fetch", settings.anonymousFetch(),
                        "evict_gone", settings.eviction().gone(),
                        "hides_gone", settings.hidesGone())
                .forEach((box, ticked) -> {
                    if (ticked) {
                        values.put(box, "true");
                    }
                });
        return FormInput.of(values);
    }

    /** The task that the REST API answers with has nothing left to do: pulls see the change at once. */
    @POST
    @Right("change_containerpullthroughdistribution")
    public Response save(@PathParam(ThroughPages.HREF) String id, @Context RoutingContext request) {
        PullThroughDistribution cache = get(id);
        try {
            var _ = resource.change(cache, PullThroughModel.PULL_THROUGH.read(body(request), true), request);
            return pages.seeOther("/pull-through/" + cache.id() + "/?done=saved");
        } catch (RuntimeException e) {
            return pages.answer(
                    BAD_REQUEST, page(request, cache, FormInput.sent(request).refused(e)));
        }
    }

    private static ObjectNode body(RoutingContext request) {
        boolean hides = ConsoleForm.of(request).first("hides_gone").isPresent();
        return new FormBody(request)
                .texts("name", "base_path")
                .optional("description")
                .boxes("private", "anonymous_fetch", "evict_gone")
                .numbers("freshness")
                .optionalNumbers("retain_repo_versions", "evict_after_days", "max_bytes")
                .with("gone", hides ? "hide" : "keep")
                .json();
    }
}
