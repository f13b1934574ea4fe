package dev.lading.access;

import java.net.URI;
import java.util.Optional;

/**
 * A deployment's settings for its registry.
 *
 * @param anonymousPush whether pushes and deletes need no administrator
 * @param publicUrl scheme, host and path prefix under which clients reach the registry; empty: as the request says
 * @param uploadUrl such a URL for uploads, where another server takes them; empty: the public URL
 * @param inlineBytes size up to which a blob is answered with its bytes where others are redirected to a store: for
 *     configurations a second request costs a client more than the bytes, for a function the other way round
 * @param uploadsOnly whether only uploads are served that were begun elsewhere
 * @param behindGateway whether no answer has a length but its body's, so that HEAD needs a body, which the gateway
 *     drops, or a redirect
 */
public record RegistrySettings(
        boolean anonymousPush,
        Optional<URI> publicUrl,
        Optional<URI> uploadUrl,
        long inlineBytes,
        boolean uploadsOnly,
        boolean behindGateway) {
    /** Name of the only administrator. */
    public static final String ADMIN = "admin";
}
