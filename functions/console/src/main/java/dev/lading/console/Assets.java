package dev.lading.console;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code /ui/assets/}: the style sheet, the scripts and the icon. Their addresses carry their hash, and never change. */
@Path(ConsolePath.ROOT + Assets.FOLDER)
@Needs(Permission.NONE)
public class Assets {
    static final String FOLDER = "/assets";

    private static final Map<String, Asset> ALL = Stream.of(
                    new Asset("style.css", "text/css; charset=utf-8"),
                    new Asset("console.js", "text/javascript; charset=utf-8"),
                    new Asset("htmx.min.js", "text/javascript; charset=utf-8"),
                    new Asset("icon.svg", "image/svg+xml"))
            .collect(Collectors.toUnmodifiableMap(Asset::name, Function.identity()));

    private static final class Asset {
        private static final int HASH_BYTES = 8;

        private final String name;
        private final String type;
        private final byte[] content;
        private final String hash;

        Asset(String name, String type) {
            this.name = name;
            this.type = type;
            try (InputStream file = Objects.requireNonNull(Assets.class.getResourceAsStream("/assets/" + name))) {
                this.content = file.readAllBytes();
                byte[] full = MessageDigest.getInstance("SHA-256").digest(content);
                this.hash = HexFormat.of().formatHex(full, 0, HASH_BYTES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        String name() {
            return name;
        }
    }

    /** The path of a file below {@code /ui}. */
    static String path(String name) {
        return FOLDER + "/" + Objects.requireNonNull(ALL.get(name)).hash + "/" + name;
    }

    @GET
    @Path("/{hash}/{name}")
    public Response read(@PathParam("hash") String hash, @PathParam("name") String name) {
        Asset found = Optional.ofNullable(ALL.get(name))
                .filter(asset -> asset.hash.equals(hash))
                .orElseThrow(NotFoundException::new);
        return Response.ok(found.content, found.type)
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .build();
    }
}
