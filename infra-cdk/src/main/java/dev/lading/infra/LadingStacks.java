package dev.lading.infra;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;

/** All stacks, joined. cdk-nag's AWS Solutions pack looks at each of them. */
public record LadingStacks(StorageStack storage, ApiStack api, RegistryStack registry) {
    public static LadingStacks in(App app, LadingOptions options) {
        var storage = new StorageStack(app, options);
        var api = new ApiStack(app, options);
        var registry = new RegistryStack(app, options, storage.storage(), api, Optional.empty());
        Aspects.of(app).add(new AwsSolutionsChecks());
        return new LadingStacks(storage, api, registry);
    }

    public List<Stack> all() {
        return List.of(storage, api, registry);
    }
}
