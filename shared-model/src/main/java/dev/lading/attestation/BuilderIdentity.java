package dev.lading.attestation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who built.
 *
 * @param registry its URL, without a slash at the end
 * @param kind of builder, such as {@code buildah}
 * @param versions of what took part, by its name, such as {@code lading}, {@code buildah}, {@code runtime}, and
 *     {@code isolation}
 */
public record BuilderIdentity(String registry, String kind, Map<String, String> versions) {
    public BuilderIdentity {
        versions = Map.copyOf(versions);
    }

    /** What verifiers decide by whether they trust it. */
    public String id() {
        return registry + "#" + kind;
    }

    void writeTo(ObjectNode node) {
        node.put("id", id());
        new TreeMap<>(versions).forEach(node.putObject("version")::put);
    }
}
