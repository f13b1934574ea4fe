package dev.lading.commit;

import java.util.OptionalLong;

/** Told how far a large change is. What it throws stops the change and is thrown on: nothing of it was seen. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (done, total) -> {};

    /** @param total at most; empty: not known yet */
    void at(long done, OptionalLong total);
}
