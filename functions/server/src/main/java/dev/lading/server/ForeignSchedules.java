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

    /** Does nothing: the process that starts a sync which the settings do not have removes its schedule then. */
    @Override
    public void remove(UUID repository) {}
}
