package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.Digest;
import java.net.URLEncoder;
import java.util.Locale;
import java.util.Optional;

/**
 * What a build took. Source: in-toto attestation framework, "ResourceDescriptor".
 *
 * @param name its part in the build, such as {@code base} or {@code context}
 * @param uri where it came from; empty: it was sent
 */
public record Dependency(String name, Optional<String> uri, Digest digest) {
    /**
     * An image. Source: purl-spec, type {@code oci}.
     *
     * @param repository with the registry's host, such as {@code docker.io/library/debian}
     */
    public static Dependency image(String name, String repository, Digest digest) {
        String last = repository.substring(repository.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String where = URLEncoder.encode(repository, UTF_8).replace("%2F", "/").replace("%3A", ":");
        String uri = "pkg:oci/" + last + "@" + digest.algorithm() + "%3A" + digest.hex() + "?repository_url=" + where;
        return new Dependency(name, Optional.of(uri), digest);
    }

    void writeTo(ObjectNode node) {
        node.put("name", name);
        uri.ifPresent(source -> node.put("uri", source));
        node.putObject("digest").put(digest.algorithm(), digest.hex());
    }
}
