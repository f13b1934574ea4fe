package dev.lading.operation;

import dev.lading.audit.Acting;
import dev.lading.metadata.MetadataStore;
import dev.lading.operation.build.BuildSecrets;
import dev.lading.operation.build.BuildSettings;
import dev.lading.operation.build.Builder;
import dev.lading.sync.SyncTask;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import dev.lading.work.WorkQueue;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Constructs tasks and their runner, over what a deployment provides: a store and a queue. */
final class OperationServices {
    @Produces
    @Singleton
    Tasks tasks(MetadataStore metadata, WorkQueue queue, InstantSource clock, Acting acting) {
        return new Tasks(metadata, queue, clock, acting);
    }

    /** Where there is nothing to build with. */
    @Produces
    @Singleton
    @DefaultBean
    Builder builder() {
        return Builder.none(
                "this registry runs as functions, which build nothing from Containerfiles: declare the image"
                        + " (lading build --declare), or build by a server (make serve)");
    }

    @Produces
    @Singleton
    @DefaultBean
    BuildSettings buildSettings(@ConfigProperty(name = "quarkus.application.version") String version) {
        return BuildSettings.usual(version);
    }

    @Produces
    @Singleton
    BuildSecrets buildSecrets() {
        return new BuildSecrets();
    }

    @Produces
    @Singleton
    TaskRunner runner(Tasks tasks, InstantSource clock, SyncTask sync, @All List<TaskProvider> providers) {
        return new TaskRunner(
                tasks,
                clock,
                Stream.concat(Stream.of(sync), providers.stream().flatMap(provider -> provider.handlers().stream()))
                        .toList());
    }
}
