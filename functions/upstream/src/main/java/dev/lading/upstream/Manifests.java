package dev.lading.upstream;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.upstream.http.Failures;
import dev.lading.upstream.http.UpstreamAddress;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Manifest requests to an upstream repository. Source: distribution-spec v1.1, "Pulling manifests". */
final class Manifests {
    /** All accepted types in one header: some registries read only the first of several. */
    private static final String ACCEPT = Stream.of(
                    MediaType.OCI_INDEX,
                    MediaType.OCI_MANIFEST,
                    MediaType.DOCKER_LIST,
                    MediaType.DOCKER_MANIFEST,
                    MediaType.OCI_ARTIFACT)
            .map(MediaType::value)
            .collect(Collectors.joining(", "));

    private final UpstreamAddress address;
    private final Session session;

    /** Whether a HEAD answer had no digest, or one that GET contradicted; later ones are expected to do the same. */
    private volatile boolean headIsUseless;

    Manifests(UpstreamAddress address, Session session) {
        this.address = address;
        this.session = session;
    }

    /** What a HEAD answer tells. */
    private sealed interface Told {
        record Present(Descriptor descriptor) implements Told {}

        /** Too little to describe the manifest, so a GET must follow. */
        record TooLittle() implements Told {}

        /** Absence, which a GET must confirm: some registries serve manifests whose HEAD they answer with 404. */
        record Nothing() implements Told {}
    }

    Optional<Descriptor> head(Reference reference) {
        Request request = request(reference).method("HEAD");
        Told told =
                headIsUseless ? new Told.TooLittle() : session.ask(request, answer -> told(answer, request, reference));
        return switch (told) {
            case Told.Present(Descriptor descriptor) -> Optional.of(descriptor);
            case Told.TooLittle() -> find(reference);
            case Told.Nothing() -> {
                Optional<Descriptor> found = find(reference);
                headIsUseless |= found.isPresent();
                yield found;
            }
        };
    }

    Fetched get(Reference reference) {
        Request request = request(reference);
        return session.ask(request, answer -> {
            if (answer.status() != 200) {
                throw Failures.answered(answer, request);
            }
            return fetched(answer, request, reference);
        });
    }

    private Optional<Descriptor> find(Reference reference) {
        try {
            return Optional.of(get(reference).descriptor());
        } catch (NotFound absent) {
            return Optional.empty();
        }
    }

    private Request request(Reference reference) {
        String separator = reference instanceof ByDigest ? "@" : ":";
        return Request.get(address.manifest(reference), "manifest " + address.name() + separator + reference)
                .header("Accept", ACCEPT);
    }

    private Told told(Answer answer, Request request, Reference reference) throws IOException {
        if (answer.status() != 200) {
            return new Told.Nothing();
        }
        Optional<Digest> digest = digest(answer, request, reference);
        headIsUseless |= digest.isEmpty();
        OptionalLong size = answer.lengthBytes();
        Optional<MediaType> mediaType = answer.mediaType().filter(Outline::isKept);
        return digest.isEmpty() || size.isEmpty() || mediaType.isEmpty()
                ? new Told.TooLittle()
                : new Told.Present(descriptor(mediaType.get(), digest.get(), size.getAsLong()));
    }

    private static Fetched fetched(Answer answer, Request request, Reference reference) throws IOException {
        byte[] bytes = answer.bytes(Manifest.MAX_BYTES)
                .orElseThrow(() -> Failures.invalid(
                        answer,
                        request,
                        "it has more than " + Manifest.MAX_BYTES + " bytes, which no manifest may have"));
        Digest expected = digest(answer, request, reference).orElseGet(() -> Digest.of(Digest.SHA256, bytes));
        Optional<MediaType> said = answer.mediaType();
        Outline outline = Outline.of(bytes, said);
        Digest found = Digest.of(expected.algorithm(), bytes);
        // The digest of a signed schema 1 is that of what was signed.
        if (!found.equals(expected) && !outline.isSchema1()) {
            throw Failures.invalid(answer, request, "its bytes have the digest " + found + ", not " + expected);
        }
        Optional<Manifest> manifest =
                outline.isSchema1() ? Optional.empty() : parse(answer, request, bytes, outline, found);
        MediaType mediaType = manifest.map(Manifest::mediaType).or(() -> said).orElse(MediaType.OCTET_STREAM);
        return new Fetched(descriptor(mediaType, expected, bytes.length), bytes, manifest, outline.notKept());
    }

    /** The digest asked for, which the header may not contradict, or else the one in the header. */
    private static Optional<Digest> digest(Answer answer, Request request, Reference reference) {
        Optional<Digest> said;
        try {
            said = answer.header("Docker-Content-Digest").map(text -> Digest.parse(text.strip()));
        } catch (DigestInvalid e) {
            throw Failures.invalid(answer, request, e.getMessage());
        }
        if (!(reference instanceof ByDigest(Digest asked))) {
            return said;
        }
        if (said.isPresent()
                && said.get().algorithm().equals(asked.algorithm())
                && !said.get().equals(asked)) {
            throw Failures.invalid(answer, request, "it says the digest is " + said.get());
        }
        return Optional.of(asked);
    }

    /** The manifest by the header's media type, or by the document's own where the header's is too general. */
    private static Optional<Manifest> parse(
            Answer answer, Request request, byte[] bytes, Outline outline, Digest digest) {
        try {
            return Optional.of(Manifest.parse(bytes, outline.said().filter(Outline::isKept)));
        } catch (ManifestInvalid | DigestInvalid e) {
            if (outline.saysItIsKept()) {
                throw Failures.invalid(answer, request, "manifest " + digest + " cannot be: " + e.getMessage());
            }
            return Optional.empty();
        }
    }

    private static Descriptor descriptor(MediaType mediaType, Digest digest, long sizeBytes) {
        return new Descriptor(mediaType, digest, sizeBytes);
    }
}
