package dev.lading.oci;

import java.util.HexFormat;

/**
 * Docker's layer without files. Images from before docker 1.10 list it for every instruction that changes no file, and
 * clients neither push it nor check for it, so every repository has it. Source: distribution, "schema1:
 * gzippedEmptyTar".
 */
public final class EmptyLayer {
    private static final byte[] GZIPPED_TAR =
            HexFormat.of().parseHex("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000");

    public static final Digest DIGEST = Digest.of(Digest.SHA256, GZIPPED_TAR);

    public static final int SIZE_BYTES = GZIPPED_TAR.length;

    private EmptyLayer() {}

    public static byte[] bytes() {
        return GZIPPED_TAR.clone();
    }
}
