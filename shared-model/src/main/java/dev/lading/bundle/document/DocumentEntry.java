package dev.lading.bundle.document;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.history.RepositorySettings;
import dev.lading.history.VersionNote;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the document. A repository is followed by its versions, the oldest first, and each by what it changed
 * against the one before it; behind all repositories come distributions, and last what was left out.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "repository", value = DocumentEntry.OfRepository.class),
    @JsonSubTypes.Type(name = "version", value = DocumentEntry.OfVersion.class),
    @JsonSubTypes.Type(name = "manifest", value = DocumentEntry.ManifestChange.class),
    @JsonSubTypes.Type(name = "blob", value = DocumentEntry.BlobChange.class),
    @JsonSubTypes.Type(name = "tag", value = DocumentEntry.TagChange.class),
    @JsonSubTypes.Type(name = "distribution", value = DocumentEntry.OfDistribution.class),
    @JsonSubTypes.Type(name = "omitted", value = DocumentEntry.Omitted.class)
})
public sealed interface DocumentEntry {
    /** A row that a version wrote. */
    sealed interface ChangeEntry extends DocumentEntry permits ManifestChange, BlobChange, TagChange {
        /** A name unique among the changes of its kind and version. */
        String name();
    }

    /**
     * A repository, of which versions follow.
     *
     * @param id at the source, where its name may change
     * @param from the version that whoever imports has; empty: none, and the first that follows changes nothing into
     *     all that it shows
     * @param to the last version that follows; {@code from}: none does
     */
    record OfRepository(
            @JsonProperty(required = true) RepositoryId id,
            @JsonProperty(required = true) String name,
            Optional<String> description,
            Labels labels,
            Optional<Long> from,
            @JsonProperty(required = true) long to)
            implements DocumentEntry {
        public OfRepository {
            requireNonNull(id, "id");
            RepositorySettings.requireName(name);
            labels = labels == null ? Labels.NONE : labels;
            RepositorySettings.requireDescription(description, labels);
            from.ifPresent(each -> requireNumber("from", each));
            requireNumber("to", to);
            if (from.orElse(0L) > to) {
                throw new FieldInvalid("to", "It is at least 'from'.");
            }
        }
    }

    /**
     * A version. Numbers between two that follow each other are of versions that were deleted, or are not exported.
     *
     * @param base the version it was made from, where that is not the one before
     * @param complete whether what follows is all that it shows, since the one before it is not kept any more; absent:
     *     what it changed
     */
    record OfVersion(
            @JsonProperty(required = true) long number,
            @JsonProperty(required = true) Instant created,
            Optional<Long> base,
            Optional<VersionNote> note,
            Optional<Boolean> complete)
            implements DocumentEntry {
        public OfVersion {
            requireNonNull(created, "created");
            requireNumber("number", number);
            base.ifPresent(each -> requireNumber("base", each));
        }

        public boolean showsAll() {
            return complete.orElse(false);
        }
    }

    /**
     * A manifest added or removed. Its entry in the list of its subject's referrers comes and goes with it.
     *
     * @param subject of the manifest
     */
    record ManifestChange(
            @JsonProperty(required = true) Digest digest,
            @JsonProperty(required = true) MediaType mediaType,
            @JsonProperty(value = "size", required = true) long sizeBytes,
            Optional<Digest> subject,
            @JsonProperty(required = true) boolean removed)
            implements ChangeEntry {
        public ManifestChange {
            requireNonNull(digest, "digest");
            if (!mediaType.isManifest() && !mediaType.isIndex()) {
                throw new FieldInvalid("mediaType", "No manifest has it.");
            }
            requireSize(sizeBytes);
        }

        @Override
        public String name() {
            return digest.toString();
        }
    }

    /** A blob added or removed. */
    record BlobChange(
            @JsonProperty(required = true) Digest digest,
            @JsonProperty(value = "size", required = true) long sizeBytes,
            @JsonProperty(required = true) boolean removed)
            implements ChangeEntry {
        public BlobChange {
            requireNonNull(digest, "digest");
            requireSize(sizeBytes);
        }

        @Override
        public String name() {
            return digest.toString();
        }
    }

    /**
     * A tag set or removed.
     *
     * @param digest of its manifest; empty: it was removed
     */
    record TagChange(@JsonProperty(required = true) Tag tag, Optional<Digest> digest) implements ChangeEntry {
        public TagChange {
            requireNonNull(tag, "tag");
        }

        @Override
        public String name() {
            return tag.value();
        }
    }

    /**
     * Where a repository is pulled.
     *
     * @param repository by its name in this document
     * @param version pinned; empty: the newest
     * @param restricted whether pulling needs permission
     */
    record OfDistribution(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) RepositoryName basePath,
            @JsonProperty(required = true) String repository,
            Optional<Long> version,

            @JsonProperty(value = "private", required = true)
            boolean restricted,

            Optional<String> description,
            Labels labels)
            implements DocumentEntry {
        public OfDistribution {
            requireNonNull(basePath, "basePath");
            RepositorySettings.requireName(name);
            RepositorySettings.requireName(repository);
            labels = labels == null ? Labels.NONE : labels;
            RepositorySettings.requireDescription(description, labels);
            version.ifPresent(each -> requireNumber("version", each));
        }
    }

    /** A blob that versions in this document have, and whose bytes are not in the bundle. */
    record Omitted(
            @JsonProperty(required = true) Digest digest,
            @JsonProperty(value = "size", required = true) long sizeBytes,
            @JsonProperty(required = true) Why why)
            implements DocumentEntry {
        public Omitted {
            requireNonNull(digest, "digest");
            requireNonNull(why, "why");
            requireSize(sizeBytes);
        }
    }

    /** Why a blob is left out. */
    enum Why {
        /** The version that whoever imports has holds it. */
        BASE,
        /** It is on demand, and was not fetched. */
        MISSING;

        @JsonValue
        String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static void requireNumber(String field, long number) {
        if (number < 0 || number >= Content.PENDING) {
            throw new FieldInvalid(field, "No version has the number " + number + ".");
        }
    }

    private static void requireSize(long sizeBytes) {
        if (sizeBytes < 0) {
            throw new FieldInvalid("size", "It is not negative.");
        }
    }
}
