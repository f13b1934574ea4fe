package dev.lading.history.row;

/** Numbers of each kind of content. Signatures count as manifests with a subject. */
public record ContentCounts(long tags, long manifests, long blobs) {
    public static final ContentCounts NONE = new ContentCounts(0, 0, 0);

    public static ContentCounts one(Content row) {
        return switch (row) {
            case TagEntry tag -> new ContentCounts(1, 0, 0);
            case ManifestEntry manifest -> new ContentCounts(0, 1, 0);
            case BlobEntry blob -> new ContentCounts(0, 0, 1);
            case ReferrerEntry referrer -> NONE;
        };
    }

    public long of(ContentKind kind) {
        return switch (kind) {
            case TAG -> tags;
            case MANIFEST -> manifests;
            case BLOB -> blobs;
        };
    }

    public ContentCounts plus(ContentCounts other) {
        return new ContentCounts(tags + other.tags, manifests + other.manifests, blobs + other.blobs);
    }

    public ContentCounts minus(ContentCounts other) {
        return new ContentCounts(tags - other.tags, manifests - other.manifests, blobs - other.blobs);
    }
}
