package dev.lading.attestation;

/** What a statement says of its subject. Source: in-toto attestation framework, "Predicate". */
public sealed interface Predicate permits Provenance, Sbom {
    /** The URI that says how it is to be read. */
    String type();

    /** One JSON object. */
    String json();
}
