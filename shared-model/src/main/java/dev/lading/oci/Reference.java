package dev.lading.oci;

/** What follows {@code /manifests/} in a URL. Only a digest holds a colon. */
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
