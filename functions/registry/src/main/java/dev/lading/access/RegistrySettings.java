package dev.lading.access;

import java.net.URI;
import java.util.Optional;

/**
 * What a deployment decides about its registry.
 *
 * @param adminPassword of the one administrator, {@value #ADMIN}
 * @param anonymousPush whether pushes and deletes need no administrator
 * @param publicUrl scheme, host and path prefix under which clients reach the registry; empty: as the request says
 */
public record RegistrySettings(String adminPassword, boolean anonymousPush, Optional<URI> publicUrl) {
    public static final String ADMIN = "admin";
}
