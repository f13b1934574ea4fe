package dev.lading.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.oci.RegistryException.BlobOnItsWay;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.KeyUnusable;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RegistryException.ManifestInUse;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.oci.RegistryException.ManifestNotAcceptable;
import dev.lading.oci.RegistryException.ManifestTooLarge;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.NameInvalid;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RegistryException.QueryInvalid;
import dev.lading.oci.RegistryException.RangeInvalid;
import dev.lading.oci.RegistryException.RetryLater;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.SpoolFull;
import dev.lading.oci.RegistryException.StoreFull;
import dev.lading.oci.RegistryException.TagInvalid;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RegistryException.UpstreamBusy;
import dev.lading.oci.RegistryException.UpstreamFailed;
import java.util.List;
import java.util.Map;

/** A status and the error document that explains it. Source: distribution-spec v1.1, "Error Codes". */
public record OciError(int status, List<Entry> errors) {
    /** One error, with the spec's field names. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Entry(String code, String message, Map<String, String> detail) {}

    /** The response body. */
    public record Document(List<Entry> errors) {}

    public static OciError of(int status, String code, String message) {
        return new OciError(status, List.of(new Entry(code, message, Map.of())));
    }

    static OciError of(RegistryException e) {
        return switch (e) {
            case NameInvalid x -> of(400, "NAME_INVALID", x.getMessage());
            case NameUnknown x -> of(404, "NAME_UNKNOWN", x.getMessage());
            // The spec's table has no code for tags; a manifest's reference is part of the manifest's push.
            case TagInvalid x -> of(400, "MANIFEST_INVALID", x.getMessage());
            case DigestInvalid x -> of(400, "DIGEST_INVALID", x.getMessage());
            case BlobUnknown x -> of(404, "BLOB_UNKNOWN", x.getMessage());
            case BlobInUse x -> of(409, "DENIED", x.getMessage());
            case ManifestUnknown x -> of(404, "MANIFEST_UNKNOWN", x.getMessage());
            case ManifestInUse x -> of(409, "DENIED", x.getMessage());
            case ManifestNotAcceptable x -> of(404, "MANIFEST_UNKNOWN", x.getMessage());
            case ManifestInvalid x -> of(400, "MANIFEST_INVALID", x.getMessage());
            case ManifestTooLarge x -> of(413, "SIZE_INVALID", x.getMessage());
            case ManifestBlobUnknown x -> missing(x);
            case UploadUnknown x -> of(404, "BLOB_UPLOAD_UNKNOWN", x.getMessage());
            case UploadOutOfOrder x -> of(416, "BLOB_UPLOAD_INVALID", x.getMessage());
            case SizeInvalid x -> of(400, "SIZE_INVALID", x.getMessage());
            case RangeInvalid x -> of(416, "SIZE_INVALID", x.getMessage());
            case QueryInvalid x -> of(400, "UNSUPPORTED", x.getMessage());
            case FieldInvalid x -> of(400, "UNSUPPORTED", x.getMessage());
            case EntityUnknown x -> of(404, "NAME_UNKNOWN", x.getMessage());
            case EntityInUse x -> of(409, "DENIED", x.getMessage());
            case UpstreamFailed x -> of(502, "UNKNOWN", x.getMessage());
            case Unauthorized x -> of(401, "UNAUTHORIZED", x.getMessage());
            case Denied x -> of(403, "DENIED", x.getMessage());
            // Not 429, which ends docker's pull at once.
            case BlobOnItsWay x -> of(503, "UNKNOWN", x.getMessage());
            case UpstreamBusy x -> of(503, "UNKNOWN", x.getMessage());
            // Docker sends a layer again after 503, and not after 429.
            case SpoolFull x -> of(503, "UNKNOWN", x.getMessage());
            case RetryLater x -> of(429, "TOOMANYREQUESTS", x.getMessage());
            case StoreFull x -> of(507, "DENIED", x.getMessage());
            case BuildFailed x -> of(409, "UNKNOWN", x.getMessage());
            case KeyUnusable x -> of(503, "UNKNOWN", x.getMessage());
        };
    }

    /** One entry for each missing blob, as clients print them. */
    private static OciError missing(ManifestBlobUnknown e) {
        return new OciError(
                400,
                e.missing().stream()
                        .limit(100)
                        .map(digest ->
                                new Entry("MANIFEST_BLOB_UNKNOWN", e.getMessage(), Map.of("digest", digest.toString())))
                        .toList());
    }
}
