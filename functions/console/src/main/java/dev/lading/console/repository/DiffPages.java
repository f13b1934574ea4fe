package dev.lading.console.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.repository.DiffPage.Sides;
import dev.lading.content.BlobService;
import dev.lading.content.ManifestService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.management.access.Right;
import dev.lading.management.api.Json;
import dev.lading.management.api.Problem;
import dev.lading.oci.Digest;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.overview.TagDifferences;
import dev.lading.overview.TagDifferences.Compared;
import dev.lading.overview.TagDifferences.Side;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code …/diff}: what two versions show differently, of one repository or of two, and what differs between the images
 * that a tag was moved between. At most eight reads a page.
 */
@Path(ConsolePath.ROOT + "/repositories/" + RepositoryHeads.ONE + "/diff")
@Needs(Permission.SESSION)
public class DiffPages {
    private static final int IN_PAGE = 200;
    private static final int BAD_REQUEST = 400;

    /** Size limit of a configuration that is read. */
    private static final int MAX_CONFIG = 1024 * 1024;

    private static final Compared NOTHING = new Compared(List.of(), Optional.empty());

    private final RepositoryHeads heads;
    private final TagDifferences differences;
    private final ManifestService manifests;
    private final BlobService blobs;
    private final ConsolePages pages;

    public DiffPages(
            RepositoryHeads heads,
            TagDifferences differences,
            ManifestService manifests,
            BlobService blobs,
            ConsolePages pages) {
        this.heads = heads;
        this.differences = differences;
        this.manifests = manifests;
        this.blobs = blobs;
        this.pages = pages;
    }

    /**
     * @param other id of the repository whose version the second is; empty: the same
     * @param named its name instead, which costs one read more
     */
    @GET
    @Right("view_containerrepository")
    public Response read(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("from") @DefaultValue("") String from,
            @QueryParam("to") @DefaultValue("") String to,
            @QueryParam("other") @DefaultValue("") String other,
            @QueryParam("named") @DefaultValue("") String named,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Compare versions of " + head.name());
        if (from.isEmpty() && to.isEmpty()) {
            String newest = Long.toString(head.repository().version());
            return pages.answer(new DiffPage(page, head, "", newest, "", "", Optional.empty(), NOTHING, true));
        }
        Optional<Repository> second = second(head.repository(), other, named.strip(), request);
        if (second.isEmpty()) {
            String problem = "There is no repository of this name whose versions you may see.";
            return pages.answer(
                    BAD_REQUEST,
                    new DiffPage(page, head, from, to, named.strip(), problem, Optional.empty(), NOTHING, true));
        }
        String name = second.get().equals(head.repository())
                ? ""
                : second.get().settings().name();
        try {
            Sides sides = sides(head.repository(), from, second.get(), to);
            Compared changes = differences.compare(sides.from(), sides.to(), after, IN_PAGE);
            return pages.answer(
                    new DiffPage(page, head, from, to, name, "", Optional.of(sides), changes, after.isEmpty()));
        } catch (EntityUnknown e) {
            return pages.answer(
                    BAD_REQUEST,
                    new DiffPage(page, head, from, to, name, e.getMessage(), Optional.empty(), NOTHING, true));
        }
    }

    private Optional<Repository> second(Repository first, String other, String named, RoutingContext request) {
        if (!named.isEmpty()) {
            return heads.named(named, request);
        }
        return Optional.of(other.isEmpty() ? first : heads.viewed(other, request));
    }

    /** Both versions; of the second, no number means the newest. */
    private Sides sides(Repository first, String from, Repository second, String to) {
        List<Side> both = differences.sides(first, version(from, first), second, version(to, second));
        return new Sides(both.getFirst(), both.getLast());
    }

    private static long version(String text, Repository repository) {
        if (text.isEmpty()) {
            return repository.version();
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw new EntityUnknown("version", text);
        }
        return Long.parseLong(text);
    }

    @GET
    @Path("/image")
    @Right("view_containerrepository")
    public Response image(
            @PathParam(RepositoryHeads.HREF) String id,
            @QueryParam("from") @DefaultValue("") String from,
            @QueryParam("to") @DefaultValue("") String to,
            @QueryParam("other") @DefaultValue("") String other,
            @QueryParam("one") @DefaultValue("") String one,
            @QueryParam("two") @DefaultValue("") String two,
            @QueryParam("tag") @DefaultValue("") String tag,
            @Context RoutingContext request) {
        RepositoryHead head = heads.head(heads.viewed(id, request), request);
        Repository second = second(head.repository(), other, "", request).orElseThrow();
        Sides sides = sides(head.repository(), from, second, to);
        ManifestEntry before = manifest(sides.from(), one);
        ManifestEntry after = manifest(sides.to(), two);
        Frame page = pages.page(request, Frame.Section.REPOSITORIES, "Compare images of " + head.name());
        return pages.answer(new ImageDiffPage(
                page,
                head,
                tag,
                sides.query(),
                before.digest(),
                after.digest(),
                difference(sides, before, after),
                sides.detail(head)));
    }

    private ManifestEntry manifest(Side side, String digest) {
        try {
            return differences.view(side).manifest(Digest.parse(digest)).orElseThrow(Problem::notFound);
        } catch (DigestInvalid e) {
            throw Problem.notFound();
        }
    }

    private ImageDifference difference(Sides sides, ManifestEntry before, ManifestEntry after) {
        JsonNode one = document(before);
        JsonNode two = document(after);
        Optional<JsonNode> config = config(differences.view(sides.from()), one);
        Optional<JsonNode> otherConfig = config(differences.view(sides.to()), two);
        return ImageDifference.between(
                one,
                config.orElse(MissingNode.getInstance()),
                two,
                otherConfig.orElse(MissingNode.getInstance()),
                config.isEmpty() || otherConfig.isEmpty());
    }

    private JsonNode document(ManifestEntry manifest) {
        try (ParseRoom _ = ParseRoom.take((int) manifest.sizeBytes())) {
            return Json.parse(manifests.body(manifest));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest " + manifest.digest(), e);
        }
    }

    /** A configuration in JSON; missing where the manifest names none; empty: it is not readable. */
    private Optional<JsonNode> config(RepositoryView view, JsonNode manifest) {
        JsonNode descriptor = manifest.path("config");
        if (!descriptor.hasNonNull("digest")) {
            return Optional.of(MissingNode.getInstance());
        }
        return view.blobInVersion(Digest.parse(descriptor.path("digest").asText()))
                .filter(BlobEntry::isHeld)
                .filter(blob -> blob.sizeBytes() <= MAX_CONFIG)
                .flatMap(this::json);
    }

    private Optional<JsonNode> json(BlobEntry blob) {
        try (ParseRoom _ = ParseRoom.take((int) blob.sizeBytes());
                InputStream bytes = blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
            return Optional.of(Json.parse(bytes.readAllBytes()));
        } catch (IOException e) {
            // No JSON, as of an artifact.
            return Optional.empty();
        }
    }
}
