package dev.lading.infra;

import dev.lading.infra.option.LadingOptions;
import dev.lading.infra.option.OptionInvalid;
import java.util.Map;
import software.amazon.awscdk.App;

/** The CDK app, run in the folder of cdk.json. An invalid option ends it with one sentence and status 1. */
public final class LadingApp {
    private LadingApp() {}

    public static void main(String[] args) {
        try {
            var app = new App();
            LadingStacks.in(app, LadingOptions.parse(context(app)));
            app.synth();
        } catch (OptionInvalid e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> context(App app) {
        return (Map<String, Object>) app.getNode().getAllContext();
    }
}
