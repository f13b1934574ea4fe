package dev.lading.console.task;

import dev.lading.operation.ExportTasks;
import dev.lading.operation.MaintenanceTasks;
import dev.lading.operation.ReclaimTasks;
import dev.lading.operation.RepairTasks;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.ResourceTasks;
import dev.lading.operation.build.BuildTasks;
import dev.lading.operation.imports.ImportTasks;
import dev.lading.sync.SyncTask;
import java.util.Map;

/** What tasks do, in words; their own names are Pulp's. */
final class TaskNames {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry(SyncTask.NAME, "Sync from a remote"),
            Map.entry(BuildTasks.BUILD, "Build an image"),
            Map.entry(ResourceTasks.CREATE, "Make a distribution"),
            Map.entry(ResourceTasks.CREATE_PULL_THROUGH, "Make a pull-through cache"),
            Map.entry(ResourceTasks.DELETE_NAMESPACE, "Delete a namespace"),
            Map.entry(ResourceTasks.UPDATE, "Change settings"),
            Map.entry(ResourceTasks.DELETE, "Delete a resource"),
            Map.entry(RepositoryTasks.TAG, "Tag an image"),
            Map.entry(RepositoryTasks.UNTAG, "Remove a tag"),
            Map.entry(RepositoryTasks.ADD, "Copy content in"),
            Map.entry(RepositoryTasks.REMOVE, "Remove content"),
            Map.entry(RepositoryTasks.DELETE_VERSION, "Delete a version"),
            Map.entry(RepairTasks.VERSION, "Repair a version"),
            Map.entry(RepairTasks.ALL, "Repair all content"),
            Map.entry(ExportTasks.EXPORT, "Export a bundle"),
            Map.entry(ImportTasks.IMPORT, "Import a bundle"),
            Map.entry(MaintenanceTasks.PURGE, "Forget old tasks"),
            Map.entry(MaintenanceTasks.CLEAN_UP, "Clean up what nothing uses"),
            Map.entry(ReclaimTasks.RECLAIM, "Reclaim space"),
            Map.entry(ReclaimTasks.EVICT, "Give back what was pulled through"));

    private TaskNames() {}

    static String words(String name) {
        return WORDS.getOrDefault(name, name);
    }
}
