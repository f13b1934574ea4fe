package dev.lading.console.image;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.console.Some;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.Tag;
import dev.lading.operation.ResourceType;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** {@code /ui/repositories/…/images/…}: an image, an index or another artifact, and where it is used. */
@Path(ConsolePath.ROOT + "/repositories/{container_container_repository_href}/images/{digest}")
public class ImagePages {
    private static final String REPOSITORY = "container_container_repository_href";
    private static final int MAX_NAMES = 10;

    /** Repositories that are looked at for whether they use an image; each costs up to fourteen reads. */
    private static final int MAX_LOOKED = 50;

    private final SeenImages images;
    private final ImageContents contents;
    private final ImageUses uses;
    private final ConsolePages pages;

    public ImagePages(SeenImages images, ImageContents contents, ImageUses uses, ConsolePages pages) {
        this.images = images;
        this.contents = contents;
        this.uses = uses;
        this.pages = pages;
    }

    /**
     * Eight reads and those of the caller's rights, whatever the repository holds; a few more for an image that is not in
     * the newest version.
     */
    @GET
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response image(
            @PathParam(REPOSITORY) String id,
            @PathParam("digest") String digest,
            @QueryParam("tag") @DefaultValue("") String tag,
            @Context RoutingContext request) {
        SeenImage image = find(id, digest, request);
        Optional<Tag> shown = Optional.of(tag)
                .filter(Tag::isValid)
                .map(Tag::new)
                .filter(each -> image.view().tag(each).equals(Optional.of(image.digest())));
        ImageContent content = contents.of(image);
        Frame page = page(request, shown.map(Tag::value).orElse("Image"), image);
        boolean secure = pages.isSecure(request.request());
        Some<PullCommands> pulls = Some.of(image.names(), MAX_NAMES)
                .map(name -> PullCommands.of(
                        name,
                        page.host(),
                        secure,
                        shown.filter(_ -> name.version() == image.view().version()),
                        image.digest(),
                        content.kind()));
        return pages.answer(new ImagePage(
                page,
                image,
                shown.map(Tag::value).orElse(""),
                content,
                SaidOf.of(image.view(), image.digest()),
                pulls));
    }

    @GET
    @Path("/used")
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response used(
            @PathParam(REPOSITORY) String id, @PathParam("digest") String digest, @Context RoutingContext request) {
        SeenImage image = find(id, digest, request);
        ImageUses.Uses found = uses.of(Access.rights(request), image.digest(), MAX_LOOKED);
        Frame page = page(request, "Used", image);
        return pages.answer(
                new UsedPage(page, image, found.images().stream().map(uses::use).toList(), MAX_LOOKED, found.more()));
    }

    private Frame page(RoutingContext request, String what, SeenImage image) {
        return pages.page(
                request,
                Frame.Section.REPOSITORIES,
                what + " · " + image.repository().settings().name());
    }

    private SeenImage find(String id, String digest, RoutingContext request) {
        RepositoryId repository = new RepositoryId(ResourceType.uuid(id).orElseThrow(Problem::notFound));
        return images.find(Access.rights(request), repository, parsed(digest)).orElseThrow(Problem::notFound);
    }

    private static Digest parsed(String text) {
        try {
            return Digest.parse(text);
        } catch (DigestInvalid e) {
            throw Problem.notFound();
        }
    }
}
