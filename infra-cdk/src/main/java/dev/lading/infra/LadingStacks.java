package dev.lading.infra;

import dev.lading.infra.option.LadingOptions;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;

/** All stacks, joined and checked by cdk-nag's AWS Solutions pack. */
public record LadingStacks(
        StorageStack storage,
        ApiStack api,
        UploadStack upload,
        RegistryStack registry,
        ObservabilityStack observability) {
    public static LadingStacks in(App app, LadingOptions options) {
        var storage = new StorageStack(app, options);
        var api = new ApiStack(app, options);
        var upload = new UploadStack(app, options, storage.storage(), api);
        var registry = new RegistryStack(app, options, storage, api, upload.url());
        var observability = new ObservabilityStack(
                app,
                options,
                new Metrics(
                        api,
                        storage.storage(),
                        registry.functions(),
                        registry.tasks(),
                        registry.copies(),
                        upload.service()));
        if (upload.service().isEmpty()) {
            // Stacks that import from the upload service must drop the import before it is deleted.
            upload.addStackDependency(registry);
            upload.addStackDependency(observability);
        }
        Aspects.of(app).add(new AwsSolutionsChecks());
        return new LadingStacks(storage, api, upload, registry, observability);
    }

    public List<Stack> all() {
        return List.of(storage, api, upload, registry, observability);
    }
}
