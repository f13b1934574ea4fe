package dev.lading.access;

import java.net.URI;
import java.util.Optional;

/**
 * What a deployment decides about its registry.
 *
 * @param anonymousPush whether pushes and deletes need no administrator
 * @param publicUrl scheme, host and path prefix under which clients reach the registry; empty: as the request says
 * @param uploadUrl the same for uploads, where another server takes them; empty: at the public URL
 */
public record RegistrySettings(boolean anonymousPush, Optional<URI> publicUrl, Optional<URI> uploadUrl) {
    /** The one administrator. */
    public static final String ADMIN = "admin";
}
