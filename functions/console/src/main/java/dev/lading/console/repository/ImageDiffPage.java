package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.oci.Digest;
import io.quarkus.qute.TemplateInstance;

/**
 * @param tag that moved, as the link here says; empty: none
 * @param query both versions, as a query
 * @param detail where two platforms of indexes are compared, below {@code /ui}
 */
record ImageDiffPage(
        Frame page,
        RepositoryHead head,
        String tag,
        String query,
        Digest one,
        Digest two,
        ImageDifference difference,
        String detail)
        implements TemplateInstance {}
