package dev.lading.infra;

import dev.lading.infra.option.LadingOptions;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;

/** All stacks, joined and checked by cdk-nag's AWS Solutions pack. */
public record LadingStacks(
        StorageStack storage,
        ApiStack api,
        UploadStack upload,
        UploadFunctionStack uploadFunction,
        RegistryStack registry,
        ObservabilityStack observability) {
    public static LadingStacks in(App app, LadingOptions options) {
        var storage = new StorageStack(app, options);
        var api = new ApiStack(app, options);
        var upload = new UploadStack(app, options, storage.storage(), api);
        var uploadFunction = new UploadFunctionStack(app, options, storage.storage(), api);
        Optional<String> uploadUrl = upload.url().or(uploadFunction::url);
        var registry = new RegistryStack(app, options, storage, api, uploadUrl);
        var observability = new ObservabilityStack(
                app,
                options,
                new Metrics(
                        api,
                        storage.storage(),
                        registry.functions(),
                        registry.tasks(),
                        registry.copies(),
                        upload.service(),
                        uploadFunction.function()));
        if (upload.service().isEmpty()) {
            deleteAfter(upload, registry, observability);
        }
        if (uploadFunction.function().isEmpty()) {
            deleteAfter(uploadFunction, registry, observability);
        }
        Aspects.of(app).add(new AwsSolutionsChecks());
        return new LadingStacks(storage, api, upload, uploadFunction, registry, observability);
    }

    /** Stacks that import from one that is off must drop the import before it is deleted. */
    private static void deleteAfter(Stack off, Stack... users) {
        for (Stack user : users) {
            off.addStackDependency(user);
        }
    }

    public List<Stack> all() {
        return List.of(storage, api, upload, uploadFunction, registry, observability);
    }
}
