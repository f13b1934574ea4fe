package dev.lading.console.repository;

import dev.lading.console.Frame;
import dev.lading.overview.TagDifferences.Compared;
import io.quarkus.qute.TemplateInstance;

/**
 * @param before number of the version before it; empty: there is none
 * @param changes against that
 * @param note as it was entered, if that was no note
 * @param problem of the note; empty: none
 * @param done what was done just now; empty: nothing
 * @param deletable whether the caller may delete it; the only version there is stays
 */
record VersionPage(
        Frame page,
        RepositoryHead head,
        VersionLine line,
        String before,
        Compared changes,
        String note,
        String problem,
        String done,
        boolean deletable)
        implements TemplateInstance {}
