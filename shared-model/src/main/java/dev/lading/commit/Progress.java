package dev.lading.commit;

import java.util.OptionalLong;

/**
 * Receives the progress of a large change. An exception thrown here aborts the change, none of which becomes visible,
 * and is rethrown.
 */
@FunctionalInterface
public interface Progress {
    Progress NONE = (done, total) -> {};

    /** @param total at most; empty: not known yet */
    void at(long done, OptionalLong total);

    /** Progress of what follows something done. */
    default Progress after(long before) {
        return (done, total) -> at(before + done, total);
    }
}
