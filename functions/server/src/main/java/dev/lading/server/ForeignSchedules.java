package dev.lading.server;

import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.schedule.Scheduler;
import dev.lading.schedule.SyncSchedule;
import java.util.UUID;

/** Of a server that shares its storage with whoever keeps the schedules, and cannot tell them of any. */
final class ForeignSchedules implements Scheduler {
    @Override
    public void set(UUID repository, SyncSchedule schedule) {
        throw new FieldInvalid(
                SyncSchedule.FIELD,
                "this server starts no syncs by itself: set it where they are started, or start the server with"
                        + " --schedules");
    }

    /** Whoever starts a sync that the repository's settings do not ask for forgets it then. */
    @Override
    public void remove(UUID repository) {}
}
