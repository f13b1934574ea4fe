package dev.lading.oci;

/** The part of a URL after {@code /manifests/}. Only a digest has a colon. */
public sealed interface Reference {
    record ByTag(Tag tag) implements Reference {
        @Override
        public String toString() {
            return tag.toString();
        }
    }

    record ByDigest(Digest digest) implements Reference {
        @Override
        public String toString() {
            return digest.toString();
        }
    }

    static Reference parse(String text) {
        return text.contains(":") ? new ByDigest(Digest.parse(text)) : new ByTag(new Tag(text));
    }
}
