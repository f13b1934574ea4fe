package dev.lading.server;

import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.schedule.Scheduler;
import dev.lading.schedule.SyncSchedule;
import java.util.UUID;

/** The scheduler of a server whose shared storage has its schedules kept elsewhere, and which cannot change them. */
final class ForeignSchedules implements Scheduler {
    @Override
    public void set(UUID repository, SyncSchedule schedule) {
        throw new FieldInvalid(
                SyncSchedule.FIELD,
                "this server starts no syncs by itself: set it where they are started, or start the server with"
                        + " --schedules");
    }

    /** Does nothing: the scheduler drops a schedule when a sync it starts is not in the repository's settings. */
    @Override
    public void remove(UUID repository) {}
}
